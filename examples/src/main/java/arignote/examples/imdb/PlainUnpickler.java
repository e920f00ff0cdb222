package arignote.examples.imdb;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/// Reads pickles that hold lists, tuples and integers, or a dictionary of texts and integers, and
/// refuses every other instruction before it is carried out: a pickle is a program that may name
/// any class, and data needs none.
final class PlainUnpickler extends Unpickler {
  /// The bytes of a file, with a position. Their end is an exception wherever it comes, because the
  /// library takes the -1 of an ordinary stream for data.
  static final class Bytes extends InputStream {
    private final byte[] bytes;
    private int position;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    int position() {
      return position;
    }

    /// The next four bytes as a length, little end first, without going on; -1 if there are none.
    private long peekLength() {
      if (available() < Integer.BYTES) {
        return -1;
      }
      return Integer.toUnsignedLong(
          ByteBuffer.wrap(bytes, position, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt());
    }

    @Override
    public int available() {
      return bytes.length - position;
    }

    @Override
    public int read() throws EOFException {
      if (position == bytes.length) {
        throw new EOFException("ends too early, after " + position + " bytes");
      }
      return bytes[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws EOFException {
      if (length > available()) {
        position = bytes.length;
        throw new EOFException("ends too early, after " + position + " bytes");
      }
      System.arraycopy(bytes, position, target, offset, length);
      position += length;
      return length;
    }
  }

  private final boolean dictionary;

  /// @param dictionary whether texts and dictionaries are allowed, and nothing else is
  private PlainUnpickler(boolean dictionary) {
    this.dictionary = dictionary;
  }

  /// The next value of a file of pickles: lists, tuples, integers.
  ///
  /// @throws DataException if the file ends too early, is damaged or holds anything else; the
  ///   message starts with a verb
  static Object read(Bytes bytes) {
    return read(bytes, false);
  }

  /// The next value of a file of pickles: a dictionary of texts and integers.
  ///
  /// @throws DataException as [#read]
  static Object readDictionary(Bytes bytes) {
    return read(bytes, true);
  }

  private static Object read(Bytes bytes, boolean dictionary) {
    int start = bytes.position();
    try {
      return new PlainUnpickler(dictionary).load(bytes);
    } catch (DataException e) {
      throw e;
    } catch (EOFException e) {
      throw new DataException(String.valueOf(e.getMessage()), e);
    } catch (IOException | RuntimeException e) {
      // The library's stack holds what the file put there: any misuse of it is a damaged file.
      throw new DataException(
          "is not a sound pickle: the one that starts at byte %d is damaged at or before byte %d"
              .formatted(start, bytes.position()),
          e);
    }
  }

  @Override
  protected Object dispatch(short code) throws PickleException, IOException {
    return dictionary ? dispatchForDictionary(code) : dispatchForLists(code);
  }

  private Object dispatchForDictionary(short code) throws IOException {
    return switch (code) {
      case Opcodes.PROTO,
          Opcodes.FRAME,
          Opcodes.MARK,
          Opcodes.STOP,
          Opcodes.EMPTY_DICT,
          Opcodes.DICT,
          Opcodes.SETITEM,
          Opcodes.SETITEMS,
          Opcodes.INT,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.PUT,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE,
          Opcodes.SHORT_BINUNICODE ->
          super.dispatch(code);
      case Opcodes.BINUNICODE -> {
        checkLength();
        yield super.dispatch(code);
      }
      // Texts of Python 2 are bytes, which the library takes for characters.
      case Opcodes.SHORT_BINSTRING -> utf8Of(super.dispatch(code));
      case Opcodes.BINSTRING -> {
        checkLength();
        yield utf8Of(super.dispatch(code));
      }
      default ->
          throw new DataException(
              "holds the instruction 0x%02x at byte %d; only a dictionary of words and integers is accepted"
                  .formatted(code & 0xff, position()));
    };
  }

  /// The library makes room for a text before it looks whether there is one of that length.
  private void checkLength() throws EOFException {
    if (input instanceof Bytes bytes
        && bytes.peekLength() > bytes.available() - (long) Integer.BYTES) {
      throw new EOFException("ends too early, in a text at byte " + bytes.position());
    }
  }

  private Object utf8Of(Object nothing) {
    String bytes = (String) stack.pop();
    stack.add(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    return nothing;
  }

  private Object dispatchForLists(short code) throws IOException {
    return switch (code) {
      case Opcodes.PROTO,
          Opcodes.FRAME,
          Opcodes.MARK,
          Opcodes.STOP,
          Opcodes.EMPTY_LIST,
          Opcodes.LIST,
          Opcodes.APPEND,
          Opcodes.APPENDS,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.INT,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG,
          Opcodes.LONG1,
          Opcodes.PUT,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE,
          Opcodes.GET,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET,
          // Short texts do no harm, and the names of a class may be two of them.
          Opcodes.SHORT_BINUNICODE ->
          super.dispatch(code);
      case Opcodes.GLOBAL, Opcodes.INST ->
          throw refused(
              "the class or function "
                  + shown(PickleUtils.readline(input))
                  + "."
                  + shown(PickleUtils.readline(input)));
      case Opcodes.STACK_GLOBAL -> {
        String name = shown(stack.pop());
        throw refused("the class or function " + shown(stack.pop()) + "." + name);
      }
      case Opcodes.EMPTY_DICT, Opcodes.DICT -> throw refused("a dictionary");
      case Opcodes.EMPTY_SET, Opcodes.FROZENSET -> throw refused("a set");
      case Opcodes.FLOAT, Opcodes.BINFLOAT -> throw refused("a number with a fraction");
      case Opcodes.NONE -> throw refused("None");
      case Opcodes.NEWTRUE, Opcodes.NEWFALSE -> throw refused("True or False");
      case Opcodes.STRING,
          Opcodes.BINSTRING,
          Opcodes.SHORT_BINSTRING,
          Opcodes.UNICODE,
          Opcodes.BINUNICODE,
          Opcodes.BINUNICODE8,
          Opcodes.BINBYTES,
          Opcodes.SHORT_BINBYTES,
          Opcodes.BINBYTES8,
          Opcodes.BYTEARRAY8 ->
          throw refused("text or bytes");
      default ->
          throw refused(
              "the instruction 0x%02x, or this is no pickle at all,".formatted(code & 0xff));
    };
  }

  private DataException refused(String found) {
    return new DataException(
        "holds %s at byte %d; only lists, tuples and integers are accepted"
            .formatted(found, position()));
  }

  private int position() {
    return input instanceof Bytes bytes ? bytes.position() : 0;
  }

  /// At most so much of a name as a message should show, on one line.
  static String shown(Object name) {
    String text = String.valueOf(name).replaceAll("[^\\p{Graph}]", "?");
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}

package arignote.examples.imdb;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// The text of a review as its author wrote it: the first line of a file.
///
/// @param replaced how many pieces of it were no UTF-8, each of which is U+FFFD in the text
record RawReview(String text, int replaced) {
  private static final char REPLACEMENT = '\ufffd';

  /// Decodes the first line of a file's content.
  static RawReview of(byte[] content) {
    int end = 0;
    while (end < content.length && content[end] != '\n') {
      end++;
    }
    ByteBuffer bytes = ByteBuffer.wrap(content, 0, end);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    // A character takes at least one byte.
    CharBuffer text = CharBuffer.allocate(end);
    int replaced = 0;
    for (CoderResult result = decoder.decode(bytes, text, true);
        result.isError();
        result = decoder.decode(bytes, text, true)) {
      bytes.position(bytes.position() + result.length());
      text.put(REPLACEMENT);
      replaced++;
    }
    return new RawReview(text.flip().toString(), replaced);
  }
}

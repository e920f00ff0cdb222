package arignote.examples.imdb;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/// Makes Ctrl-C end the training instead of the program, as long as it is open. A second Ctrl-C
/// ends the program.
///
/// The class of the JDK that takes signals is reached by reflection: it is not part of the Java
/// platform, and where it is missing or not allowed to act, Ctrl-C ends the program as ever.
public final class Interruption implements AutoCloseable {
  private final AtomicBoolean requested = new AtomicBoolean();
  private final Runnable undo;

  private Interruption(boolean handlesSignals) {
    undo = handlesSignals ? handleInterrupt() : () -> {};
  }

  /// Ctrl-C sets the request from now on.
  public static Interruption ofCtrlC() {
    return new Interruption(true);
  }

  /// Only [#request] sets the request.
  static Interruption byRequest() {
    return new Interruption(false);
  }

  void request() {
    requested.set(true);
  }

  /// Whether the training is to end.
  boolean requested() {
    return requested.get();
  }

  private Runnable handleInterrupt() {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = signalType.getConstructor(String.class).newInstance("INT");
      var handle = signalType.getMethod("handle", signalType, handlerType);
      Object before = handlerType.getField("SIG_DFL").get(null);
      Object handler =
          Proxy.newProxyInstance(
              Interruption.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      request();
                      // Whoever presses it again does not want to wait.
                      yield handle.invoke(null, signal, before);
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "Ctrl-C ends training";
                  });
      handle.invoke(null, signal, handler);
      return () -> {
        try {
          handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (InvocationTargetException | ClassNotFoundException e) {
      return () -> {};
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK's sun.misc.Signal is not the known one", e);
    }
  }

  /// Ctrl-C ends the program again.
  @Override
  public void close() {
    undo.run();
  }
}

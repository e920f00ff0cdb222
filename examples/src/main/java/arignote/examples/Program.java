package arignote.examples;

import arignote.ArignoteException;
import arignote.backend.cuda.CudaBackend;
import arignote.examples.imdb.OptionException;
import arignote.runtime.Flag;
import arignote.runtime.FlagException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What every example does around its work: `--help`, options that do not exist, errors in one
/// line, exit statuses.
///
/// @param name of the program
/// @param summary one line for `--help`
/// @param options its own, beside Arignote's flags
/// @param table the options for `--help`, empty if it has none
record Program(String name, String summary, Collection<String> options, String table) {
  private static final String DEVICE_INFO = "--device-info";
  private static final int FAILED = 1;
  private static final int BAD_USAGE = 2;

  /// Does the work and ends the JVM: status 0 if all went well, 2 if an option is wrong, 1 for any
  /// other error that the message is about. A stack trace comes with it only for `-Dtrace=true` and
  /// for what should not happen.
  void run(String[] arguments, Runnable work) {
    System.exit(status(arguments, jvmArguments(), work));
  }

  private static List<String> jvmArguments() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }

  int status(String[] arguments, List<String> jvmArguments, Runnable work) {
    try {
      if (Arrays.stream(arguments).anyMatch(Set.of("--help", "-h", "help")::contains)) {
        System.out.print(help());
        return 0;
      }
      if (List.of(arguments).equals(List.of(DEVICE_INFO))) {
        System.out.println(CudaBackend.deviceInfo());
        return 0;
      }
      checkNames(arguments, jvmArguments);
      work.run();
      return 0;
    } catch (OptionException e) {
      return failed(e, e.getMessage() + "; --help lists them", BAD_USAGE);
    } catch (FlagException e) {
      return failed(e, String.valueOf(e.getMessage()), BAD_USAGE);
    } catch (ArignoteException e) {
      return failed(e, String.valueOf(e.getMessage()), FAILED);
    } catch (OutOfMemoryError e) {
      return failed(e, "not enough memory; -Xmx gives the JVM more, as -Xmx8g", FAILED);
    }
  }

  private int failed(Throwable error, String message, int status) {
    System.err.println(name + ": " + message.replaceAll("\\s*\\R\\s*", " "));
    if (Boolean.getBoolean("trace")) {
      error.printStackTrace();
    }
    return status;
  }

  /// Everything that looks like an option has to be one. Names with a dot are left to Java and to
  /// libraries.
  private void checkNames(String[] arguments, List<String> jvmArguments) {
    Set<String> known = new LinkedHashSet<>(options);
    for (Flag flag : Flag.values()) {
      known.add(flag.name().toLowerCase(Locale.ROOT));
    }
    known.add("trace");
    for (String argument : jvmArguments) {
      if (argument.startsWith("-D")) {
        String option = argument.substring(2).split("=", 2)[0];
        if (!option.contains(".")) {
          OptionException.checkName(option, known);
        }
      }
    }
    if (arguments.length > 0) {
      throw new OptionException(
          "unexpected argument \"%s\"; options are given as -Dname=value".formatted(arguments[0]));
    }
  }

  private String help() {
    StringBuilder help = new StringBuilder();
    help.append("%s: %s%n%n".formatted(name, summary));
    help.append("usage: examples/%s [-Dname=value ...]%n%n".formatted(name));
    if (!table.isEmpty()) {
      help.append("Options, with what holds if they are not given:%n%s%n".formatted(table));
    }
    help.append("Arignote's flags:%n".formatted());
    // The seed is one of both.
    Flag.help()
        .lines()
        .filter(
            line -> options.stream().noneMatch(option -> line.startsWith("  -D" + option + "=")))
        .forEach(line -> help.append(line).append(System.lineSeparator()));
    help.append(
        "  %-15s what there is of GPUs and CUDA, and what is missing%n".formatted(DEVICE_INFO));
    help.append(
        "  -Dtrace=       true, false%24sa stack trace with an error [false]%n".formatted(""));
    return help.toString();
  }
}

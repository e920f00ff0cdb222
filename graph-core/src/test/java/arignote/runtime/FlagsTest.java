package arignote.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import arignote.tensor.DType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FlagsTest {
  private static Flags read(Map<String, String> properties, String environment) {
    return Flags.read(key -> Optional.ofNullable(properties.get(key)), Optional.of(environment));
  }

  private static String refusal(Map<String, String> properties, String environment) {
    return assertThrows(FlagException.class, () -> read(properties, environment)).getMessage();
  }

  @Test
  void standards() {
    Flags flags = Flags.read(_ -> Optional.empty(), Optional.empty());
    assertEquals(DType.F32, flags.floatX());
    assertEquals("cpu", flags.options().device());
    assertEquals(Mode.FAST_RUN, flags.options().mode());
    assertEquals(Set.of(), flags.options().without());
  }

  @Test
  void aPropertyWinsOverTheEnvironment() {
    Flags flags = read(Map.of("floatx", "float32"), "floatx=float64, device=gpu1,mode=reference");
    assertEquals(DType.F32, flags.floatX());
    assertEquals("gpu1", flags.options().device());
    assertEquals(Mode.REFERENCE, flags.options().mode());
  }

  @Test
  void unknownValuesNameTheAllowedOnes() {
    assertEquals(
        "flag floatx: \"float16\" is not one of its values: float32, float64",
        refusal(Map.of("floatx", "float16"), ""));
    assertEquals(
        "flag device: \"tpu\" is not one of its values: cpu, gpu, gpu0, gpu1, ...",
        refusal(Map.of("device", "tpu"), ""));
    assertEquals(
        "flag mode: \"fast\" is not one of its values: fast_run, fast_compile, debug, nan_guard, reference",
        refusal(Map.of(), "mode=fast"));
    assertEquals(
        "flag threads: \"0\" is not one of its values: 1, 2, ...",
        refusal(Map.of("threads", "0"), ""));
    assertEquals(
        "flag seed: \"x\" is not one of its values: a whole number",
        refusal(Map.of("seed", "x"), ""));
  }

  @Test
  void unknownFlagsInTheEnvironmentNameTheKnownOnes() {
    assertEquals(
        "ARIGNOTE_FLAGS: unknown flag \"floatX\"; the flags are floatx, device, mode, without,"
            + " threads, dump, verify, profile, seed",
        refusal(Map.of(), "floatX=float32"));
    assertEquals(
        "ARIGNOTE_FLAGS: \"floatx\" has no value; write floatx=float32, float64",
        refusal(Map.of(), "floatx"));
  }
}

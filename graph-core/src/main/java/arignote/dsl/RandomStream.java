package arignote.dsl;

import static arignote.dsl.Promotion.apply;

import arignote.ir.Constant;
import arignote.ir.Shared;
import arignote.ir.Site;
import arignote.ir.TensorType;
import arignote.ir.TypeException;
import arignote.ir.Variable;
import arignote.ir.op.Random;
import arignote.tensor.DType;
import arignote.tensor.HostTensor;

/// Random numbers in graphs: Theano's `RandomStreams`, counter-based, so that a seed gives the same
/// numbers on every backend.
///
/// Each draw has a key of its own, made of the seed and the draw's rank; every call of a function
/// that draws advances the stream's counter, a shared variable with a default update. Inside loops
/// each step draws its own numbers. Not safe for building graphs from several threads.
public final class RandomStream {
  private final long seed;
  private final Shared counter;
  private long draws;

  public RandomStream(long seed) {
    this.seed = seed;
    this.counter = new Shared("random_counter", HostTensor.scalar(DType.I64, 0L));
    counter.setDefaultUpdate(counter.add(1));
  }

  /// How often functions have drawn from this stream; its value can be saved and restored.
  public Shared counter() {
    return counter;
  }

  /// Uniform in `[0, 1)`, in the float dtype of `type`.
  ///
  /// @throws TypeException if `type` is not of floats
  public Variable uniform(TensorType type) {
    Variable key = new Constant(HostTensor.scalar(DType.I64, mix(seed + mix(draws++))));
    Variable calls = counter;
    Variable position = Loop.stepNumber().map(step -> calls.mul(0x1p32).add(step)).orElse(calls);
    try {
      return apply(new Random(type), key, position);
    } catch (TypeException e) {
      throw e.at(Site.current());
    }
  }

  /// Standard normal, by Box and Muller's transform of two uniform draws.
  public Variable normal(TensorType type) {
    Variable radius = Maths.sqrt(Maths.log1p(uniform(type).neg()).mul(-2));
    return radius.mul(Maths.cos(uniform(type).mul(2 * Math.PI)));
  }

  /// 1 with the given probability, else 0, in any dtype. Drawn in `f32` whatever the dtype, so that
  /// all of them get the same choices.
  ///
  /// @throws TypeException if the probability is not within 0 and 1
  public Variable bernoulli(double probability, TensorType type) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new TypeException("bernoulli: a probability lies within 0 and 1, found " + probability)
          .at(Site.current());
    }
    return uniform(type.withDtype(DType.F32)).lt(probability).cast(type.dtype());
  }

  /// The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
  /// Generators, OOPSLA 2014): neighbouring numbers become unrelated keys.
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}

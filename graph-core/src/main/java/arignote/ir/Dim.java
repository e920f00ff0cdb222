package arignote.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;

/// The length of an axis: an integer polynomial over symbols, such as `128`, `T`, `B*T`, `T+1`.
///
/// Always in normal form, so two dims are equal exactly if their polynomials are. A quotient that
/// does not come out even, `(T+1)/2`, is rounded down and counts as a symbol of its own.
///
/// Coefficients are 64-bit integers: arithmetic that overflows them, or that makes a dim of more
/// than 1000 terms or 100 factors in a term, is a [TypeException].
public final class Dim {
  private static final int MAX_TERMS = 1000;

  /// Also the limit of quotients within quotients.
  private static final int MAX_FACTORS = 100;

  /// What a polynomial is over.
  private sealed interface Atom permits Symbol, Quotient {}

  private record Symbol(String name) implements Atom {
    @Override
    public String toString() {
      return name;
    }
  }

  private record Quotient(Dim numerator, Dim divisor) implements Atom {
    @Override
    public String toString() {
      return parenthesised(numerator) + "/" + parenthesised(divisor);
    }
  }

  private static final Comparator<List<Atom>> BY_TEXT =
      Comparator.<List<Atom>>comparingInt(atoms -> atoms.isEmpty() ? 1 : 0)
          .thenComparing(Dim::product);

  /// Coefficients, none of them 0, by product of atoms; each product sorted, the empty one being
  /// the constant term.
  private final SortedMap<List<Atom>, Long> terms;

  /// How deep quotients are nested.
  private final int depth;

  private Dim(SortedMap<List<Atom>, Long> terms) {
    this.terms = Collections.unmodifiableSortedMap(terms);
    this.depth = terms.keySet().stream().flatMap(List::stream).mapToInt(Dim::depth).max().orElse(0);
    if (terms.size() > MAX_TERMS
        || depth > MAX_FACTORS
        || terms.keySet().stream().anyMatch(atoms -> atoms.size() > MAX_FACTORS)) {
      throw new TypeException("a dim must not have so many terms or factors");
    }
  }

  private static int depth(Atom atom) {
    return switch (atom) {
      case Symbol _ -> 0;
      case Quotient(Dim numerator, Dim divisor) -> 1 + Math.max(numerator.depth, divisor.depth);
    };
  }

  /// The dim of a known length. Differences may be negative in between; an axis may not.
  public static Dim of(long length) {
    SortedMap<List<Atom>, Long> terms = emptyTerms();
    if (length != 0) {
      terms.put(List.of(), length);
    }
    return new Dim(terms);
  }

  /// The dim whose length is bound when a function is called.
  ///
  /// @throws IllegalArgumentException if `name` is not a Java-like identifier
  public static Dim symbol(String name) {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      throw new IllegalArgumentException(
          "dim name \"" + name + "\" is not an identifier, such as T or batch_size");
    }
    return atom(new Symbol(name));
  }

  private static Dim atom(Atom atom) {
    SortedMap<List<Atom>, Long> terms = emptyTerms();
    terms.put(List.of(atom), 1L);
    return new Dim(terms);
  }

  private static SortedMap<List<Atom>, Long> emptyTerms() {
    return new TreeMap<>(BY_TEXT);
  }

  public Dim plus(Dim other) {
    SortedMap<List<Atom>, Long> sum = emptyTerms();
    sum.putAll(terms);
    other.terms.forEach((atoms, coefficient) -> addTerm(sum, atoms, coefficient));
    return new Dim(sum);
  }

  public Dim plus(long other) {
    return plus(of(other));
  }

  public Dim minus(Dim other) {
    return plus(other.times(-1));
  }

  public Dim minus(long other) {
    return minus(of(other));
  }

  public Dim times(Dim other) {
    if ((long) terms.size() * other.terms.size() > MAX_TERMS * MAX_TERMS) {
      throw new TypeException("a dim must not have so many terms");
    }
    SortedMap<List<Atom>, Long> product = emptyTerms();
    terms.forEach((left, leftCoefficient) ->
        other.terms.forEach((right, rightCoefficient) -> {
          List<Atom> atoms = new ArrayList<>(left);
          atoms.addAll(right);
          atoms.sort(Comparator.comparing(Atom::toString));
          addTerm(
              product,
              List.copyOf(atoms),
              exact(Math::multiplyExact, leftCoefficient, rightCoefficient));
        }));
    return new Dim(product);
  }

  public Dim times(long other) {
    return times(of(other));
  }

  /// The quotient rounded towards negative infinity; a polynomial again where the division comes
  /// out even for every value of the symbols.
  ///
  /// @throws IllegalArgumentException if `divisor` is 0
  public Dim floorDiv(Dim divisor) {
    if (divisor.equals(of(0))) {
      throw new IllegalArgumentException("dim " + this + " divided by 0");
    }
    if (constant().isPresent() && divisor.constant().isPresent()) {
      return of(exact(Math::floorDivExact, constant().getAsLong(), divisor.constant().getAsLong()));
    }
    if (divisor.equals(this)) {
      return of(1);
    }
    Dim common = commonFactor(divisor);
    Dim numerator = dividedBy(common);
    Dim rest = divisor.dividedBy(common);
    return rest.equals(of(1)) ? numerator : atom(new Quotient(numerator, rest));
  }

  /// The largest product, such as `3*B`, that divides every term of this dim and of another.
  private Dim commonFactor(Dim other) {
    List<Atom> atoms = new ArrayList<>(other.terms.firstKey());
    long factor = 0;
    List<Map.Entry<List<Atom>, Long>> all = new ArrayList<>(terms.entrySet());
    all.addAll(other.terms.entrySet());
    for (Map.Entry<List<Atom>, Long> term : all) {
      List<Atom> available = new ArrayList<>(term.getKey());
      atoms.removeIf(atom -> !available.remove(atom));
      factor = greatestCommonDivisor(factor, Math.absExact(term.getValue()));
    }
    SortedMap<List<Atom>, Long> common = emptyTerms();
    common.put(List.copyOf(atoms), factor);
    return new Dim(common);
  }

  private static long greatestCommonDivisor(long left, long right) {
    return right == 0 ? left : greatestCommonDivisor(right, left % right);
  }

  /// This dim divided by a single product that divides every term.
  private Dim dividedBy(Dim product) {
    List<Atom> divisorAtoms = product.terms.firstKey();
    long divisorCoefficient = product.firstCoefficient();
    SortedMap<List<Atom>, Long> quotient = emptyTerms();
    terms.forEach((atoms, coefficient) -> {
      List<Atom> left = new ArrayList<>(atoms);
      divisorAtoms.forEach(left::remove);
      quotient.put(List.copyOf(left), coefficient / divisorCoefficient);
    });
    return new Dim(quotient);
  }

  private static void addTerm(SortedMap<List<Atom>, Long> terms, List<Atom> atoms, long amount) {
    long coefficient = exact(Math::addExact, terms.getOrDefault(atoms, 0L), amount);
    if (coefficient == 0) {
      terms.remove(atoms);
    } else {
      terms.put(atoms, coefficient);
    }
  }

  private long firstCoefficient() {
    return terms.values().iterator().next();
  }

  private static long exact(LongBinaryOperator operator, long left, long right) {
    try {
      return operator.applyAsLong(left, right);
    } catch (ArithmeticException e) {
      throw new TypeException(
          "a dim does not fit in 64 bits when %d and %d are combined".formatted(left, right));
    }
  }

  /// The length, if it depends on no symbol.
  public OptionalLong constant() {
    if (terms.isEmpty()) {
      return OptionalLong.of(0);
    }
    return terms.size() == 1 && terms.firstKey().isEmpty()
        ? OptionalLong.of(firstCoefficient())
        : OptionalLong.empty();
  }

  /// Whether this is the known length `length`.
  public boolean is(long length) {
    return constant().isPresent() && constant().getAsLong() == length;
  }

  /// Whether the length is at least 0 whatever the symbols' lengths are, as the signs of the
  /// coefficients show; `T*T-2*T+1` counts as not.
  public boolean isNonNegative() {
    return terms.entrySet().stream()
        .allMatch(term -> term.getValue() > 0 && term.getKey().stream().allMatch(Dim::isNonNegative));
  }

  private static boolean isNonNegative(Atom atom) {
    return switch (atom) {
      case Symbol _ -> true;
      case Quotient(Dim numerator, Dim divisor) ->
          numerator.isNonNegative() && divisor.isNonNegative();
    };
  }

  /// The symbol's name, if this dim is one symbol alone.
  public Optional<String> symbol() {
    return terms.size() == 1
            && terms.firstKey().size() == 1
            && firstCoefficient() == 1
            && terms.firstKey().getFirst() instanceof Symbol(String name)
        ? Optional.of(name)
        : Optional.empty();
  }

  /// The names of all symbols, in the order of the text form.
  public Set<String> symbols() {
    Set<String> names = new LinkedHashSet<>();
    for (List<Atom> atoms : terms.keySet()) {
      for (Atom atom : atoms) {
        switch (atom) {
          case Symbol(String name) -> names.add(name);
          case Quotient(Dim numerator, Dim divisor) -> {
            names.addAll(numerator.symbols());
            names.addAll(divisor.symbols());
          }
        }
      }
    }
    return names;
  }

  /// The length under given lengths of the symbols.
  ///
  /// @throws ArithmeticException if it does not fit a long, or a divisor is 0
  public long evaluate(ToLongFunction<String> lengths) {
    long sum = 0;
    for (Map.Entry<List<Atom>, Long> term : terms.entrySet()) {
      long product = term.getValue();
      for (Atom atom : term.getKey()) {
        long factor =
            switch (atom) {
              case Symbol(String name) -> lengths.applyAsLong(name);
              case Quotient(Dim numerator, Dim divisor) ->
                  Math.floorDivExact(numerator.evaluate(lengths), divisor.evaluate(lengths));
            };
        product = Math.multiplyExact(product, factor);
      }
      sum = Math.addExact(sum, product);
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dim dim && dim.terms.equals(terms);
  }

  @Override
  public int hashCode() {
    return terms.hashCode();
  }

  /// The text form: products by name, the constant last, such as `B*T+2*S-1`.
  @Override
  public String toString() {
    if (terms.isEmpty()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    terms.forEach((atoms, coefficient) -> {
      if (coefficient < 0) {
        text.append('-');
      } else if (!text.isEmpty()) {
        text.append('+');
      }
      String magnitude = Long.toString(coefficient).replace("-", "");
      if (atoms.isEmpty()) {
        text.append(magnitude);
      } else {
        if (!magnitude.equals("1")) {
          text.append(magnitude).append('*');
        }
        text.append(atoms.size() == 1 && coefficient == 1 ? atoms.getFirst() : product(atoms));
      }
    });
    return text.toString();
  }

  private static String product(List<Atom> atoms) {
    List<String> factors = new ArrayList<>();
    for (Atom atom : atoms) {
      factors.add(atom instanceof Quotient ? "(" + atom + ")" : atom.toString());
    }
    return String.join("*", factors);
  }

  private static String parenthesised(Dim dim) {
    boolean single =
        dim.constant().isPresent() ? dim.constant().getAsLong() >= 0 : dim.symbol().isPresent();
    return single ? dim.toString() : "(" + dim + ")";
  }
}

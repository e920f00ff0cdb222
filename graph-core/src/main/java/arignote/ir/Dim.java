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
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/// The length of an axis: an integer polynomial over symbols, such as `128`, `T`, `B*T`, `T+1`.
///
/// Always in normal form, so two dims are equal exactly if their polynomials are. A quotient that
/// does not come out even, `(T+1)/2`, is rounded down and counts as a symbol of its own.
///
/// Coefficients are 64-bit integers: arithmetic that overflows them, or that makes a dim of more
/// than 1000 characters, is a [TypeException].
public final class Dim {
  /// Bounds the number of terms, of factors, and of quotients within quotients.
  private static final int MAX_LENGTH = 1000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

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

  /// Atoms in the order of their text, with their text, which orders products.
  private record Product(List<Atom> atoms, String text) implements Comparable<Product> {
    static final Product EMPTY = new Product(List.of(), "");

    static Product of(List<Atom> atoms) {
      List<Atom> sorted = new ArrayList<>(atoms);
      sorted.sort(Comparator.comparing(Atom::toString));
      StringJoiner text = new StringJoiner("*");
      for (Atom atom : sorted) {
        text.add(atom instanceof Quotient ? "(" + atom + ")" : atom.toString());
      }
      return new Product(List.copyOf(sorted), text.toString());
    }

    Product times(Product other) {
      if (atoms.isEmpty() || other.atoms.isEmpty()) {
        return atoms.isEmpty() ? other : this;
      }
      List<Atom> both = new ArrayList<>(atoms);
      both.addAll(other.atoms);
      return of(both);
    }

    /// By text, the empty product last.
    @Override
    public int compareTo(Product other) {
      return atoms.isEmpty() || other.atoms.isEmpty()
          ? Boolean.compare(atoms.isEmpty(), other.atoms.isEmpty())
          : text.compareTo(other.text);
    }
  }

  /// Coefficients, none of them 0; that of the empty product is the constant term.
  private final SortedMap<Product, Long> terms;

  /// The text form, which says all.
  private final String text;

  /// What every call of a function asks for, worked out once.
  private final OptionalLong constant;

  private final Optional<String> symbol;

  private Dim(SortedMap<Product, Long> terms) {
    this.terms = Collections.unmodifiableSortedMap(terms);
    this.text = text(terms);
    this.constant = constant(terms);
    this.symbol = symbol(terms);
    if (text.length() > MAX_LENGTH) {
      throw new TypeException(
          "a dim gets longer than %d characters: %s..."
              .formatted(MAX_LENGTH, text.substring(0, 50)));
    }
  }

  private static String text(SortedMap<Product, Long> terms) {
    if (terms.isEmpty()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    terms.forEach((product, coefficient) -> {
      if (coefficient < 0) {
        text.append('-');
      } else if (!text.isEmpty()) {
        text.append('+');
      }
      String magnitude = Long.toString(coefficient).replace("-", "");
      if (product.atoms().isEmpty()) {
        text.append(magnitude);
      } else if (coefficient == 1 && product.atoms().size() == 1) {
        text.append(product.atoms().getFirst());
      } else {
        text.append(magnitude.equals("1") ? "" : magnitude + "*").append(product.text());
      }
    });
    return text.toString();
  }

  /// The dim of a known length. Differences may be negative in between; an axis may not.
  public static Dim of(long length) {
    SortedMap<Product, Long> terms = new TreeMap<>();
    if (length != 0) {
      terms.put(Product.EMPTY, length);
    }
    return new Dim(terms);
  }

  /// The dim whose length is bound when a function is called.
  ///
  /// @throws IllegalArgumentException if `name` is not a Java-like identifier
  public static Dim symbol(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "dim name \"" + name + "\" is not an identifier, such as T or batch_size");
    }
    return atom(new Symbol(name));
  }

  private static Dim atom(Atom atom) {
    return of(Product.of(List.of(atom)), 1);
  }

  private static Dim of(Product product, long coefficient) {
    SortedMap<Product, Long> terms = new TreeMap<>();
    terms.put(product, coefficient);
    return new Dim(terms);
  }

  public Dim plus(Dim other) {
    SortedMap<Product, Long> sum = new TreeMap<>(terms);
    other.terms.forEach((product, coefficient) -> addTerm(sum, product, coefficient));
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
    SortedMap<Product, Long> product = new TreeMap<>();
    terms.forEach((left, leftCoefficient) ->
        other.terms.forEach((right, rightCoefficient) ->
            addTerm(
                product,
                left.times(right),
                exact(Math::multiplyExact, leftCoefficient, rightCoefficient))));
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
    if (numerator.constant().isPresent() && rest.constant().isPresent()) {
      return numerator.floorDiv(rest);
    }
    if (rest.equals(of(-1))) {
      return numerator.times(-1);
    }
    return rest.equals(of(1)) ? numerator : atom(new Quotient(numerator, rest));
  }

  /// The largest product, such as `3*B`, that divides every term of this dim and of another.
  private Dim commonFactor(Dim other) {
    List<Atom> atoms = new ArrayList<>(other.terms.firstKey().atoms());
    long factor = 0;
    List<Map.Entry<Product, Long>> all = new ArrayList<>(terms.entrySet());
    all.addAll(other.terms.entrySet());
    for (Map.Entry<Product, Long> term : all) {
      List<Atom> available = new ArrayList<>(term.getKey().atoms());
      atoms.removeIf(atom -> !available.remove(atom));
      long magnitude = exact(Math::multiplyExact, term.getValue(), Long.signum(term.getValue()));
      factor = greatestCommonDivisor(factor, magnitude);
    }
    return of(Product.of(atoms), factor);
  }

  private static long greatestCommonDivisor(long left, long right) {
    return right == 0 ? left : greatestCommonDivisor(right, left % right);
  }

  /// This dim divided by a single product that divides every term.
  private Dim dividedBy(Dim product) {
    List<Atom> divisorAtoms = product.terms.firstKey().atoms();
    long divisorCoefficient = firstCoefficient(product.terms);
    SortedMap<Product, Long> quotient = new TreeMap<>();
    terms.forEach((term, coefficient) -> {
      List<Atom> left = new ArrayList<>(term.atoms());
      divisorAtoms.forEach(left::remove);
      quotient.put(Product.of(left), coefficient / divisorCoefficient);
    });
    return new Dim(quotient);
  }

  private static void addTerm(SortedMap<Product, Long> terms, Product product, long amount) {
    long coefficient = exact(Math::addExact, terms.getOrDefault(product, 0L), amount);
    if (coefficient == 0) {
      terms.remove(product);
    } else {
      terms.put(product, coefficient);
    }
  }

  private static long firstCoefficient(SortedMap<Product, Long> terms) {
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
    return constant;
  }

  private static OptionalLong constant(SortedMap<Product, Long> terms) {
    if (terms.isEmpty()) {
      return OptionalLong.of(0);
    }
    return terms.size() == 1 && terms.firstKey().atoms().isEmpty()
        ? OptionalLong.of(firstCoefficient(terms))
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
        .allMatch(term ->
            term.getValue() > 0 && term.getKey().atoms().stream().allMatch(Dim::isNonNegative));
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
    return symbol;
  }

  private static Optional<String> symbol(SortedMap<Product, Long> terms) {
    return terms.size() == 1
            && terms.firstKey().atoms().size() == 1
            && firstCoefficient(terms) == 1
            && terms.firstKey().atoms().getFirst() instanceof Symbol(String name)
        ? Optional.of(name)
        : Optional.empty();
  }

  /// The names of all symbols, in the order of the text form.
  public Set<String> symbols() {
    Set<String> names = new LinkedHashSet<>();
    for (Product product : terms.keySet()) {
      for (Atom atom : product.atoms()) {
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
    for (Map.Entry<Product, Long> term : terms.entrySet()) {
      long product = term.getValue();
      for (Atom atom : term.getKey().atoms()) {
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
    return other instanceof Dim dim && dim.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /// The text form: products by name, the constant last, such as `B*T+2*S-1`.
  @Override
  public String toString() {
    return text;
  }

  private static String parenthesised(Dim dim) {
    boolean single =
        dim.constant().isPresent() ? dim.constant().getAsLong() >= 0 : dim.symbol().isPresent();
    return single ? dim.toString() : "(" + dim + ")";
  }
}

package arignote.reference;

/// A sum of doubles with little more error than one rounding: the running sum and, apart, the sum
/// of what each addition rounded away (Neumaier; for products Ogita, Rump and Oishi's Dot2).
final class CompensatedSum {
  private double sum;
  private double lost;

  void add(double term) {
    double next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
    sum = next;
  }

  void addProduct(double x, double y) {
    double product = x * y;
    add(product);
    lost += Math.fma(x, y, -product);
  }

  /// The sum; where infinities or an overflow make the correction meaningless, the plain one.
  double value() {
    double corrected = sum + lost;
    return Double.isNaN(corrected) ? sum : corrected;
  }
}

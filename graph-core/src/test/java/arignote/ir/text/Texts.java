package arignote.ir.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

/// Round trips that the tests of this package share.
final class Texts {
  private Texts() {}

  /// Asserts that a text in the printer's form comes out as it went in.
  static void assertRoundTrip(String text) {
    ParsedGraph parsed = IrParser.parse(text);
    assertEquals(text, IrPrinter.print(parsed.name(), parsed.graph()));
  }

  /// The text in the printer's form.
  static String normal(String text) {
    ParsedGraph parsed = IrParser.parse(text);
    return IrPrinter.print(parsed.name(), parsed.graph());
  }
}

package arignote.examples.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Text in, words out, as `tokenizer.perl -l en` gives them. That the rules together are Moses' is
/// shown on 50,000 reviews by `ImdbPreprocessTest`, where these are at hand.
final class MosesTokenizerTest {
  private final MosesTokenizer tokenizer = new MosesTokenizer();

  private String tokens(String text) {
    return String.join(" ", tokenizer.tokenize(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        // Spaces of every kind.
        "a  b	c                          => a b c",
        // What is special stands alone, escaped.
        "Great<br />film!                   => Great &lt; br / &gt; film !",
        "a \"b\" & [c|d] (e)                => a &quot; b &quot; &amp; &#91; c &#124; d &#93; ( e )",
        "under_score 50% $5 é ß½            => under _ score 50 % $ 5 é ß ½",
        // Hyphens do not divide.
        "well-made -- really                => well-made -- really",
        // Commas, but for those inside of numbers.
        "yes,no 5,300 5,a a,5 5, 5,         => yes , no 5,300 5 , a a , 5 5 , 5 ,",
        "a,,b 1,,2 ,x                       => a , , b 1 , , 2 , x",
        ",5 is kept,                        => ,5 is kept ,",
        // Apostrophes: each rule, and that none looks again at what it has passed.
        "isn't it John's                    => isn &apos;t it John &apos;s",
        "the 'best' film                    => the &apos; best &apos; film",
        "'tis the boys' films'              => &apos;tis the boys &apos; films&apos;",
        "rock 'n' roll                      => rock &apos; n &apos; roll",
        "1990's 5'a 5'5'5                   => 1990 &apos;s 5&apos;a 5 &apos; 5&apos;5",
        "he is 6'2'' tall                   => he is 6 &apos; 2&apos; &apos; tall",
        // Dots in a row are one word.
        "well...yes .. no....               => well ... yes .. no ....",
        // A dot ends a sentence ...
        "It ended. Nobody cried.            => It ended . Nobody cried .",
        // ... unless a small letter follows, the word is an abbreviation, or has dots in it.
        "the end. of it                     => the end. of it",
        "Mr. Smith and J. Doe v. Roe        => Mr. Smith and J. Doe v. Roe",
        "in the U.S. Army on T.V.           => in the U.S. Army on T.V.",
        "No. 5 but No. He said no. 7        => No. 5 but No . He said no . 7",
        "in Sept. 2001 and Oct. 2001        => in Sept . 2001 and Oct. 2001",
        "3.5. Then 1. A                     => 3.5 . Then 1 . A",
        "He said 'go.'                      => He said &apos; go . &apos;",
        ".                                  => .",
        "a .b . c                           => a .b . c",
      })
  void cutsAsMosesDoes(String text, String expected) {
    assertEquals(expected, tokens(text));
  }

  @Test
  void controlCharactersVanishAndUnicodeSpacesDivide() {
    assertEquals("ab c d e", tokens("a\u0001b\u00a0c\u0085d\u2003e\r"));
    assertEquals("", tokens(" \t\u00a0"));
    assertEquals(List.of(), tokenizer.tokenize(""));
  }

  @Test
  void lettersBeyondTheFirstPlaneAreLetters() {
    assertEquals(
        "\uD835\uDC00\uD835\uDC01 \uD83D\uDE00", tokens("\uD835\uDC00\uD835\uDC01\uD83D\uDE00"));
  }

  @Test
  void prefixesAreOfTwoKinds() {
    NonbreakingPrefixes prefixes =
        NonbreakingPrefixes.parse("# titles\nalways: Mr  Dr\n\nnumber: No\n");
    assertEquals(2, prefixes.always().size());
    assertTrue(prefixes.beforeNumbers().contains("No"));
    assertThrows(IllegalArgumentException.class, () -> NonbreakingPrefixes.parse("never: x"));
  }
}

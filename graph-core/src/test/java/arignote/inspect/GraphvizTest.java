package arignote.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import arignote.ir.text.IrParser;
import arignote.ir.text.ParseOptions;
import org.junit.jupiter.api.Test;

class GraphvizTest {
  @Test
  void loopsAreBoxesAroundTheirSteps() {
    String text =
        """
        graph @main(%xs: f32[T,3]) -> f32[T,3] {
          shared @s : f32[3]
          %1, %2 = scan {
            over %x: f32[3] = %xs
            carry %c: f32[3] = @s
            %3 = fill() {value=2.0} : f32[3]
            %4 = mul(%x, %3) : f32[3]
            next %4
            stack %4
          } : f32[3], f32[T,3]
          return %2
        }
        """;
    assertEquals(
        """
        digraph {
          rankdir=TB;
          node [fontname="sans-serif", fontsize=11];
          edge [fontname="sans-serif", fontsize=9];
          n0 [label="xs\\nf32[T,3]", shape=ellipse];
          n1 [label="@s\\nf32[3]", shape=cylinder];
          n2 [label="scan {steps=T}\\nf32[3]", shape=box, tooltip="Model.java:3"];
          n0 -> n2 [headlabel="0"];
          n1 -> n2 [headlabel="1"];
          subgraph cluster_n3 {
            label="each step";
            n4 [label="x\\nf32[3]", shape=ellipse];
            n5 [label="c\\nf32[3]", shape=ellipse];
            n6 [label="fill {value=2.0}\\nf32[3]", shape=box, tooltip="Model.java:6"];
            n7 [label="mul\\nf32[3]", shape=box, tooltip="Model.java:7"];
            n4 -> n7 [headlabel="0"];
            n6 -> n7 [headlabel="1"];
            n3_out0 [label="output 0", shape=plaintext];
            n7 -> n3_out0;
            n3_out1 [label="output 1", shape=plaintext];
            n7 -> n3_out1;
          }
          n0 -> n4 [style=dashed];
          n1 -> n5 [style=dashed];
          n8_out0 [label="output 0", shape=plaintext];
          n2 -> n8_out0 [taillabel=".1"];
        }
        """,
        Inspect.graphviz(IrParser.parse(text, ParseOptions.NONE.withSource("Model.java")).graph()));
  }
}

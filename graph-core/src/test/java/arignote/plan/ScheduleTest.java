package arignote.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import arignote.ir.Graph;
import arignote.ir.Variable;
import arignote.ir.text.IrParser;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void aViewKeepsTheMemoryOfItsOperandAlive() {
    Graph graph =
        IrParser.parse(
                """
                graph @views(%x: f32[3,4]) -> f32[4,3] {
                  %0 = exp(%x) : f32[3,4]
                  %1 = transpose(%0) {permutation=[1,0]} : f32[4,3]
                  %2 = neg(%x) : f32[3,4]
                  %3 = transpose(%2) {permutation=[1,0]} : f32[4,3]
                  %4 = add(%3, %1) : f32[4,3]
                  %5 = tanh(%4) : f32[4,3]
                  return %5
                }
                """)
            .graph();
    Schedule schedule = new Schedule(graph);
    Variable exp = named(schedule, "exp");
    Variable neg = named(schedule, "neg");
    Variable add = named(schedule, "add");
    Variable tanh = named(schedule, "tanh");
    int addition = position(schedule, "add");
    assertEquals(addition, schedule.lastUse(exp));
    assertFalse(schedule.diesAt(exp, addition - 1));
    assertTrue(schedule.diesAt(neg, addition));
    assertEquals(addition + 1, schedule.lastUse(add));
    assertEquals(schedule.order().size(), schedule.lastUse(tanh));
    assertSame(exp, schedule.storage(schedule.order().get(addition).operand(1)));
    assertFalse(schedule.isComputed(graph.inputs().getFirst()));
  }

  private static int position(Schedule schedule, String mnemonic) {
    for (int i = 0; i < schedule.order().size(); i++) {
      if (schedule.order().get(i).op().mnemonic().equals(mnemonic)) {
        return i;
      }
    }
    throw new AssertionError("no " + mnemonic);
  }

  private static Variable named(Schedule schedule, String mnemonic) {
    return schedule.order().get(position(schedule, mnemonic)).result();
  }
}

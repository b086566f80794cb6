package io.vpccni.cli.output;

import io.vpccni.rpc.wire.introspection.Condition;
import java.time.Instant;
import java.util.List;

/** Writes conditions, each with what it means and what to do about it. */
final class ConditionList {
  private ConditionList() {}

  static String text(List<Condition> conditions, Palette palette, Instant now) {
    if (conditions.isEmpty()) return "  none\n";
    var text = new StringBuilder();
    for (var condition : conditions) {
      text.append("  ")
          .append(palette.bad(name(condition)))
          .append("  for ")
          .append(Ages.text(condition.getSince(), now))
          .append('\n');
      if (!condition.getDetail().isEmpty()) {
        text.append("    ").append(condition.getDetail()).append('\n');
      }
      if (!condition.getNextStep().isEmpty()) {
        text.append("    What to do: ").append(condition.getNextStep()).append('\n');
      }
    }
    return text.toString();
  }

  static String name(Condition condition) {
    return (condition.getName() + " " + condition.getSubject()).strip();
  }
}

package io.vpccni.cli.output;

import io.vpccni.rpc.wire.introspection.AddressExplanation;
import io.vpccni.rpc.wire.introspection.Condition;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import java.time.Instant;
import java.util.List;

/** Writes why an address or a pod is as it is. */
public final class ExplanationPage {
  private ExplanationPage() {}

  /**
   * Returns the page.
   *
   * @param conditions of the node, which may be the cause
   */
  public static String text(
      ExplainReply reply, List<Condition> conditions, Palette palette, Instant now) {
    var text = new StringBuilder();
    for (var address : reply.getAddressesList()) text.append(address(address, palette, now));
    for (var sentence : reply.getSentencesList()) text.append(sentence).append('\n');
    if (!conditions.isEmpty()) {
      text.append('\n')
          .append(palette.heading("Conditions of this node, which may be the cause"))
          .append('\n')
          .append(ConditionList.text(conditions, palette, now));
    }
    return text.toString();
  }

  private static String address(AddressExplanation address, Palette palette, Instant now) {
    var text = new StringBuilder();
    text.append(palette.heading(address.getIp() + " is " + words(address.getState())));
    if (!address.getPodName().isEmpty()) {
      text.append(" to pod ")
          .append(address.getPodNamespace())
          .append('/')
          .append(address.getPodName());
    }
    if (address.hasSince()) {
      text.append(", for ").append(Ages.text(address.getSince(), now));
    }
    text.append('\n');
    line(text, "ENI", address.getEniId());
    line(text, "subnet", address.getSubnetId());
    line(text, "link", address.getHostVeth());
    line(text, "why", address.getWhy());
    line(text, "what happens", address.getDoing());
    return text.toString();
  }

  /** Returns the state as it reads in a sentence. */
  private static String words(String state) {
    return switch (state) {
      case "cooling" -> "cooling down";
      case "quarantined" -> "quarantined";
      case "releasing" -> "being given back to EC2";
      case "not_set_up" -> "on an ENI that is not set up";
      case "not_for_pods" -> "not for pods";
      case "primary" -> "the primary address of an ENI";
      case "foreign" -> "not an address of this node";
      default -> state;
    };
  }

  private static void line(StringBuilder text, String what, String value) {
    if (!value.isEmpty()) text.append("  %-13s %s\n".formatted(what, value));
  }
}

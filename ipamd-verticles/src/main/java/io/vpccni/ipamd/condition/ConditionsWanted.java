package io.vpccni.ipamd.condition;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;

/**
 * The pool listens from now on: whoever has raised a condition before says so again, since nobody
 * kept what was announced until then.
 */
public record ConditionsWanted() implements BusMessage {
  public static final Topic<ConditionsWanted> TOPIC = new Topic<>("condition.wanted");
}

package io.vpccni.ipamd.holding;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;

/**
 * Says whether the process is being warmed up, so that the node is reported ready when its first
 * pod is served fast. An ADD that comes meanwhile is served all the same.
 */
public sealed interface WarmUpNews extends BusMessage {
  Topic<WarmUpNews> TOPIC = new Topic<>("agent.warm-up");

  /** From now on the node is not ready. */
  record Begun() implements WarmUpNews {}

  /** The warm-up is over, was given up, or is not needed. */
  record Ended() implements WarmUpNews {}
}

package io.vpccni.ipamd.bus;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Hands messages over as they are; never leaves the process. */
public final class ByReferenceCodec implements MessageCodec<BusMessage, BusMessage> {
  private static final String NAME = "by-reference";

  private ByReferenceCodec() {}

  /** Registers the codec, once per Vert.x instance, before the first message. */
  public static void register(Vertx vertx) {
    vertx.eventBus().registerCodec(new ByReferenceCodec());
    // Default codecs are looked up by exact class; the selector covers every record at once.
    vertx.eventBus().codecSelector(body -> body instanceof BusMessage ? NAME : null);
  }

  @Override
  public BusMessage transform(BusMessage message) {
    return message;
  }

  @Override
  public void encodeToWire(Buffer buffer, BusMessage message) {
    throw new IllegalStateException("local only: " + message.getClass().getSimpleName());
  }

  @Override
  public BusMessage decodeFromWire(int at, Buffer buffer) {
    throw new IllegalStateException("local only");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}

package io.vpccni.rpc.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gate lets nothing through until the whole HTTP/2 client preface has arrived, and closes the
 * connection when the preface is late or wrong.
 */
final class Http2PrefaceGate extends ChannelInboundHandlerAdapter {
  /** This is the client preface of RFC 9113, section 3.4. */
  private static final ByteBuf PREFACE =
      Unpooled.unreleasableBuffer(
          Unpooled.wrappedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII))
              .asReadOnly());

  private final Duration limit;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;
  private @Nullable Future<?> late;

  Http2PrefaceGate(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    late =
        context.executor().schedule(() -> close(context), limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    held = held.isReadable() ? Unpooled.wrappedBuffer(held, (ByteBuf) message) : (ByteBuf) message;
    int known = Math.min(held.readableBytes(), PREFACE.readableBytes());
    if (!ByteBufUtil.equals(held, held.readerIndex(), PREFACE, 0, known)) {
      close(context);
    } else if (known == PREFACE.readableBytes()) {
      var all = held;
      held = Unpooled.EMPTY_BUFFER;
      context.fireChannelRead(all);
      context.pipeline().remove(this);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (late != null) late.cancel(false);
    held.release();
    held = Unpooled.EMPTY_BUFFER;
  }

  // Nobody waits for it, and a close that fails has nothing left to close.
  @SuppressWarnings("FutureReturnValueIgnored")
  private static void close(ChannelHandlerContext context) {
    context.close();
  }
}

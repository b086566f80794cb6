package io.vpccni.rpc.frame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The parser cuts a stream of bytes into the bodies of frames, however the stream was split. It
 * holds at most one frame and must not be used again after a {@link MalformedFrame}.
 */
public final class FrameParser {
  private static final int FIRST_BUFFER = 4096;

  private final Framing framing;
  private final byte[] header;
  private int headerKnown;
  private byte[] body = new byte[0];
  private int bodyKnown;
  private int bodyLength;

  public FrameParser(Framing framing) {
    this.framing = framing;
    this.header = new byte[framing.headerSize()];
  }

  /**
   * Takes the next bytes of the stream and returns the bodies that they complete, in order.
   *
   * @throws MalformedFrame at the first byte that cannot belong to a frame; bodies completed by
   *     earlier bytes of the same call are lost
   */
  public List<byte[]> feed(byte[] bytes) {
    var complete = new ArrayList<byte[]>(1);
    int at = 0;
    while (at < bytes.length) {
      at += headerKnown < header.length ? takeHeader(bytes, at) : takeBody(bytes, at);
      if (headerKnown == header.length && bodyKnown == bodyLength) {
        complete.add(Arrays.copyOf(body, bodyLength));
        headerKnown = 0;
        bodyKnown = 0;
        body = new byte[0];
      }
    }
    return complete;
  }

  private int takeHeader(byte[] bytes, int at) {
    int count = Math.min(bytes.length - at, header.length - headerKnown);
    System.arraycopy(bytes, at, header, headerKnown, count);
    headerKnown += count;
    framing.checkMagic(header, headerKnown);
    if (headerKnown == header.length) bodyLength = framing.bodyLength(header);
    return count;
  }

  private int takeBody(byte[] bytes, int at) {
    int count = Math.min(bytes.length - at, bodyLength - bodyKnown);
    if (bodyKnown + count > body.length) {
      // Grows with what has arrived: a peer that only announces megabytes costs nothing.
      int wanted = Math.max(Math.max(bodyKnown + count, body.length * 2), FIRST_BUFFER);
      body = Arrays.copyOf(body, Math.min(bodyLength, wanted));
    }
    System.arraycopy(bytes, at, body, bodyKnown, count);
    bodyKnown += count;
    return count;
  }
}

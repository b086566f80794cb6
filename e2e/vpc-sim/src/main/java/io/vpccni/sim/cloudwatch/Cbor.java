package io.vpccni.sim.cloudwatch;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads CBOR (RFC 8949) as rpc-v2-cbor uses it: maps with text keys, lists, text, numbers, times.
 * Tags are dropped: a time is then its seconds.
 */
final class Cbor {
  private static final int MOST_DEPTH = 32;
  private static final int INDEFINITE = 31;
  private static final Object BREAK = new Object();

  private final ByteBuffer in;

  private Cbor(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  /**
   * A map, list, text, byte array, {@link Long}, {@link Double} or {@link Boolean}; empty for null.
   *
   * @throws IllegalArgumentException if it is not CBOR
   */
  static Optional<Object> read(byte[] bytes) {
    try {
      var value = new Cbor(bytes).value(0);
      return value.equals(BREAK) ? Optional.empty() : Optional.of(value);
    } catch (BufferUnderflowException cut) {
      throw new IllegalArgumentException("CBOR ends too early", cut);
    }
  }

  /** Writes a map of texts, which is all our answers need. */
  static byte[] map(Map<String, String> texts) {
    var out = new ByteArrayOutputStream();
    out.write(0xa0 | texts.size());
    texts.forEach(
        (key, value) -> {
          text(out, key);
          text(out, value);
        });
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(0x79);
    out.write(bytes.length >> 8);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  private Object value(int depth) {
    if (depth > MOST_DEPTH) {
      throw new IllegalArgumentException("CBOR nested deeper than " + MOST_DEPTH);
    }
    int head = in.get() & 0xff;
    int info = head & 31;
    return switch (head >> 5) {
      case 0 -> argument(info);
      case 1 -> -1 - argument(info);
      case 2 -> bytes(info);
      case 3 -> new String(bytes(info), StandardCharsets.UTF_8);
      case 4 -> list(info, depth);
      case 5 -> map(info, depth);
      case 6 -> tagged(info, depth);
      default -> simple(info);
    };
  }

  private Object tagged(int info, int depth) {
    argument(info);
    return value(depth + 1);
  }

  private long argument(int info) {
    return switch (info) {
      case 24 -> in.get() & 0xffL;
      case 25 -> in.getShort() & 0xffffL;
      case 26 -> in.getInt() & 0xffff_ffffL;
      case 27 -> in.getLong();
      default -> {
        if (info > 23) {
          throw new IllegalArgumentException("CBOR length " + info);
        }
        yield info;
      }
    };
  }

  private byte[] bytes(int info) {
    if (info == INDEFINITE) {
      var all = new ByteArrayOutputStream();
      for (int head = in.get() & 0xff; head != 0xff; head = in.get() & 0xff) {
        all.writeBytes(bytes(head & 31));
      }
      return all.toByteArray();
    }
    long length = argument(info);
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("CBOR text longer than its message");
    }
    var bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private List<Object> list(int info, int depth) {
    var all = new ArrayList<Object>();
    long count = info == INDEFINITE ? Long.MAX_VALUE : argument(info);
    for (long i = 0; i < count; i++) {
      var item = value(depth + 1);
      if (item.equals(BREAK)) {
        break;
      }
      all.add(item);
    }
    return all;
  }

  private Map<String, Object> map(int info, int depth) {
    var all = new LinkedHashMap<String, Object>();
    long count = info == INDEFINITE ? Long.MAX_VALUE : argument(info);
    for (long i = 0; i < count; i++) {
      var key = value(depth + 1);
      if (key.equals(BREAK)) {
        break;
      }
      all.put(key.toString(), value(depth + 1));
    }
    return all;
  }

  /** Null and undefined are absent values; a break ends what is of indefinite length. */
  private Object simple(int info) {
    return switch (info) {
      case 20 -> false;
      case 21 -> true;
      case 22, 23 -> "";
      case 25 -> (double) Float.float16ToFloat(in.getShort());
      case 26 -> (double) in.getFloat();
      case 27 -> in.getDouble();
      case INDEFINITE -> BREAK;
      default -> throw new IllegalArgumentException("CBOR simple value " + info);
    };
  }
}

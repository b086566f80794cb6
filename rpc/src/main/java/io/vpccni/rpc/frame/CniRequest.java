package io.vpccni.rpc.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A CNI request is one call of the container runtime as the executable forwards it. In the body of
 * a frame it is the program name and NUL, each CNI_* variable as {@code K=V} and NUL, {@code
 * VCNI_BEGAN=} with a time and NUL, one more NUL, and stdin. Text that is not UTF-8 arrives with
 * replacement characters, which no valid value contains.
 *
 * @param program the name that the executable was called by, {@code aws-cni} or {@code egress-cni}
 * @param env the CNI_* variables and what the executable adds
 */
@SuppressWarnings("ArrayRecordComponent") // Copied on the way in and out, and compared by content.
public record CniRequest(String program, Map<String, String> env, byte[] stdin) {

  private static final String BEGAN = "VCNI_BEGAN";
  private static final Pattern NANOSECONDS = Pattern.compile("[0-9]{1,18}|[0-8][0-9]{18}");

  public CniRequest {
    env = Map.copyOf(env);
    stdin = stdin.clone();
  }

  /**
   * Returns when the executable began, in nanoseconds of {@link System#nanoTime}, or empty if it
   * does not say.
   */
  public OptionalLong began() {
    var told = env.getOrDefault(BEGAN, "");
    return NANOSECONDS.matcher(told).matches()
        ? OptionalLong.of(Long.parseLong(told))
        : OptionalLong.empty();
  }

  @Override
  public byte[] stdin() {
    return stdin.clone();
  }

  /** Returns the body of a {@link Framing#CNI} frame. */
  public byte[] encode() {
    var out = new ByteArrayOutputStream();
    text(out, program);
    new TreeMap<>(env).forEach((name, value) -> text(out, name + "=" + value));
    out.write(0);
    out.writeBytes(stdin);
    return out.toByteArray();
  }

  /**
   * Reads the body of a frame.
   *
   * @throws MalformedFrame if a part is missing, or a variable has no name or is given twice
   */
  public static CniRequest decode(byte[] body) {
    int at = end(body, 0, "program name");
    var program = new String(body, 0, at, UTF_8);
    if (program.isEmpty()) throw new MalformedFrame("CNI request without a program name");
    var env = new LinkedHashMap<String, String>();
    while (true) {
      int from = at + 1;
      at = end(body, from, "environment");
      if (at == from) break;
      var pair = new String(body, from, at - from, UTF_8);
      int equals = pair.indexOf('=');
      if (equals < 1)
        throw new MalformedFrame("CNI request with a variable that is not NAME=VALUE");
      if (env.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
        throw new MalformedFrame("CNI request that gives " + pair.substring(0, equals) + " twice");
      }
    }
    return new CniRequest(program, env, Arrays.copyOfRange(body, at + 1, body.length));
  }

  private static int end(byte[] body, int from, String part) {
    for (int at = from; at < body.length; at++) {
      if (body[at] == 0) return at;
    }
    throw new MalformedFrame("CNI request whose " + part + " does not end");
  }

  private static void text(ByteArrayOutputStream out, String value) {
    if (value.indexOf('\0') >= 0) throw new MalformedFrame("CNI request with a NUL inside a text");
    out.writeBytes(value.getBytes(UTF_8));
    out.write(0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CniRequest that
        && program.equals(that.program)
        && env.equals(that.env)
        && Arrays.equals(stdin, that.stdin);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * program.hashCode() + env.hashCode()) + Arrays.hashCode(stdin);
  }

  /** Leaves out stdin and values, which may hold what does not belong in a log. */
  @Override
  public String toString() {
    return "CniRequest[" + program + " " + env.getOrDefault("CNI_COMMAND", "?") + "]";
  }
}

package io.vpccni.rpc.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The answer to a CNI call is what the executable prints and its exit code. In the body of a frame
 * it is a byte with the exit code, followed by stdout.
 *
 * @param exitCode 0 to 255, where 0 means success
 */
@SuppressWarnings("ArrayRecordComponent") // Copied on the way in and out, and compared by content.
public record CniAnswer(int exitCode, byte[] stdout) {

  public CniAnswer {
    if (exitCode < 0 || exitCode > 255) throw new IllegalArgumentException("exit code " + exitCode);
    stdout = stdout.clone();
  }

  public static CniAnswer of(int exitCode, String stdout) {
    return new CniAnswer(exitCode, stdout.getBytes(UTF_8));
  }

  @Override
  public byte[] stdout() {
    return stdout.clone();
  }

  public String text() {
    return new String(stdout, UTF_8);
  }

  /** Returns the body of a {@link Framing#CNI} frame. */
  public byte[] encode() {
    var body = new byte[1 + stdout.length];
    body[0] = (byte) exitCode;
    System.arraycopy(stdout, 0, body, 1, stdout.length);
    return body;
  }

  /**
   * Reads the body of a frame.
   *
   * @throws MalformedFrame if there is no exit code
   */
  public static CniAnswer decode(byte[] body) {
    if (body.length == 0) throw new MalformedFrame("CNI answer without an exit code");
    return new CniAnswer(Byte.toUnsignedInt(body[0]), Arrays.copyOfRange(body, 1, body.length));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CniAnswer that
        && exitCode == that.exitCode
        && Arrays.equals(stdout, that.stdout);
  }

  @Override
  public int hashCode() {
    return 31 * exitCode + Arrays.hashCode(stdout);
  }

  @Override
  public String toString() {
    return "CniAnswer[" + exitCode + ", " + text() + "]";
  }
}

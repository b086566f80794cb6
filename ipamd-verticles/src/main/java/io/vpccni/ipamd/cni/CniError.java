package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.json.Json;
import io.vpccni.rpc.frame.CniAnswer;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.log.Redaction;
import java.util.LinkedHashMap;

/**
 * A CNI call is answered with an error, which has a code of the CNI specification. It is also the
 * exception that carries this answer to where the call came in.
 */
final class CniError extends RuntimeException {
  /** Tells the runtime to try again later (specification 1.1, section "Error"). */
  static final int TRY_AGAIN_LATER = 11;

  /** Tells the caller of STATUS that an ADD would fail. */
  static final int NOT_AVAILABLE = 50;

  /** Tells the caller of STATUS that an ADD would fail and that running pods may be cut off too. */
  static final int LIMITED_CONNECTIVITY = 51;

  /**
   * Marks what the plugin's own logic reports; the specification leaves codes from 100 on to
   * plugins.
   */
  private static final int PLUGIN = 999;

  private static final int LONGEST_MESSAGE = 4096;

  private final int code;
  private final String details;

  private CniError(int code, String message, String details) {
    super(shortened(Redaction.of(message)), null, false, false); // no stack: an answer, not a bug
    this.code = code;
    this.details = details;
  }

  /** An error may quote a call of up to 1 MiB, and has to fit into a frame and a line of a log. */
  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE) + "... (shortened)";
  }

  static CniError incompatible(String message, String details) {
    return new CniError(1, message, details);
  }

  static CniError environment(String message) {
    return new CniError(4, message, "");
  }

  static CniError decoding(String message) {
    return new CniError(6, message, "");
  }

  static CniError network(String message, String details) {
    return new CniError(7, message, details);
  }

  static CniError later(String message) {
    return new CniError(TRY_AGAIN_LATER, message, "");
  }

  static CniError notAvailable(String message) {
    return new CniError(NOT_AVAILABLE, message, "");
  }

  static CniError limitedConnectivity(String message) {
    return new CniError(LIMITED_CONNECTIVITY, message, "");
  }

  /**
   * Passes an answer on if a frame can hold it. Otherwise the executable would get no answer at all
   * and wait until its deadline.
   *
   * @throws CniError if the answer is too large, usually because of a huge {@code prevResult}
   */
  static CniAnswer requireFits(CniAnswer answer) {
    int size = answer.encode().length;
    if (size <= Framing.CNI.maxBody()) return answer;
    throw plugin(
        "the result has "
            + size
            + " bytes together with those of the plugins before (prevResult); the most that can be"
            + " passed on is 1 MiB");
  }

  static CniError plugin(String message) {
    return new CniError(PLUGIN, message, "");
  }

  int code() {
    return code;
  }

  /** Returns this error as the executable prints it, with exit code 1. */
  CniAnswer answer() {
    var error = new LinkedHashMap<String, Object>();
    error.put("code", code);
    error.put("msg", String.valueOf(getMessage()));
    if (!details.isEmpty()) error.put("details", details);
    return CniAnswer.of(1, Json.indented(error));
  }
}

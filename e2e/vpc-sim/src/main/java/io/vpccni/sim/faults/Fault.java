package io.vpccni.sim.faults;

import java.time.Duration;
import java.util.Optional;

/**
 * One planned misbehaviour.
 *
 * @param action EC2's name; {@code *} stands for any characters, so {@code *} alone is every call
 * @param mentions only calls that name this resource id, if present
 * @param nth counted from 1 over the calls that match since the plan was made
 * @param times how many calls in a row from the nth on; 0: all of them until it is removed
 */
public record Fault(String action, Optional<String> mentions, int nth, int times, Kind kind) {
  public Fault {
    if (nth < 1 || times < 0) {
      throw new IllegalArgumentException(
          "a fault counts from 1 (nth="
              + nth
              + ") and lasts 0 or more calls (times="
              + times
              + ")");
    }
  }

  /** What goes wrong. */
  public sealed interface Kind {
    /** Refused with this code; nothing happens. */
    record Refuse(String code, String message) implements Kind {}

    /** It happens, but the connection closes instead of an answer. */
    record LoseAnswer() implements Kind {}

    /** The connection closes before it happens. */
    record LoseRequest() implements Kind {}

    /** It happens, and is answered later. */
    record Delay(Duration by) implements Kind {}

    /** The connection stays open and nothing happens: EC2 never gets the request. */
    record Hang() implements Kind {}
  }

  /** Every such call from now on, until removed. */
  public static Fault always(String action, Kind kind) {
    return new Fault(action, Optional.empty(), 1, 0, kind);
  }

  /** The nth such call from now on, once. */
  public static Fault nth(int nth, String action, Kind kind) {
    return new Fault(action, Optional.empty(), nth, 1, kind);
  }

  public static Kind refuse(String code) {
    return new Kind.Refuse(
        code,
        switch (code) {
          case "UnauthorizedOperation" ->
              "You are not authorized to perform this operation. Encoded authorization failure"
                  + " message: vpcsim";
          case "RequestLimitExceeded" -> "Request limit exceeded.";
          case "InternalError" -> "An internal error has occurred";
          case "Unavailable" -> "The server is overloaded and cannot handle the request.";
          default -> "planned fault " + code;
        });
  }
}

package io.vpccni.sim.faults;

import java.time.Duration;
import java.util.Optional;

/**
 * Plans one misbehaviour of EC2.
 *
 * @param action is EC2's name; {@code *} stands for any characters, so {@code *} alone is every
 *     call
 * @param mentions limits it to calls that name this resource id, if present
 * @param nth is counted from 1 over the calls that match since the fault was planned
 * @param times is how many calls it strikes from the nth on; 0 stands for all of them until it is
 *     removed
 */
public record Fault(String action, Optional<String> mentions, int nth, int times, Kind kind) {
  public Fault {
    if (nth < 1 || times < 0) {
      throw new IllegalArgumentException(
          "a fault needs nth >= 1 and times >= 0, not " + nth + " and " + times);
    }
  }

  /** Says what goes wrong. */
  public sealed interface Kind {
    /** The call is refused with this code and nothing happens. */
    record Refuse(String code, String message) implements Kind {}

    /** The call takes effect, but the connection closes instead of an answer. */
    record LoseAnswer() implements Kind {}

    /** The connection closes before the call takes effect. */
    record LoseRequest() implements Kind {}

    /** The call takes effect at once and is answered later. */
    record Delay(Duration by) implements Kind {}

    /** The connection stays open and nothing happens, as if EC2 never got the request. */
    record Hang() implements Kind {}
  }

  /** Plans a fault of every such call from now on, until it is removed. */
  public static Fault always(String action, Kind kind) {
    return new Fault(action, Optional.empty(), 1, 0, kind);
  }

  /** Plans a fault of the nth such call from now on, once. */
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

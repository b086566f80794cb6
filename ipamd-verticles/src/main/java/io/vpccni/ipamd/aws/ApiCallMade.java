package io.vpccni.ipamd.aws;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Topic;
import java.time.Duration;

/**
 * One request to EC2 or IMDS was answered, refused or given up; metrics hear it.
 *
 * @param api EC2's action, or for IMDS the reference's name of the read (for example {@code GetAZ})
 * @param code empty on success, EC2's error code, {@code Timeout} or {@code Unreachable}; {@code
 *     IMDSRequestError} for IMDS
 * @param latency from the first byte sent to the answer
 * @param limiterWait how long it waited for the request budget before
 */
public record ApiCallMade(
    Service service,
    String api,
    Outcome outcome,
    String code,
    Duration latency,
    Duration limiterWait)
    implements BusMessage {
  public static final Topic<ApiCallMade> TOPIC = new Topic<>("api.call");

  /** This is the service that was asked. */
  public enum Service {
    EC2,
    IMDS,
    /** This is no call but the time until IMDS shows a new ENI. */
    WAIT,
    /** This is no call: IMDS shows an ENI that EC2 does not know. */
    SYNC
  }

  /** This is what came of the request. */
  public enum Outcome {
    OK,
    /** The error says what was desired: what is to be deleted is gone. */
    EXPECTED,
    REFUSED,
    NO_ANSWER
  }

  public static ApiCallMade succeeded(String action, Duration latency, Duration limiterWait) {
    return new ApiCallMade(Service.EC2, action, Outcome.OK, "", latency, limiterWait);
  }

  public static ApiCallMade failed(
      String action, Outcome outcome, String code, Duration latency, Duration limiterWait) {
    return new ApiCallMade(Service.EC2, action, outcome, code, latency, limiterWait);
  }

  /**
   * @param seen whether IMDS showed the ENI in time
   */
  public static ApiCallMade waited(boolean seen, Duration latency) {
    return new ApiCallMade(
        Service.WAIT,
        "waitForENIAndIPsAttached",
        seen ? Outcome.OK : Outcome.NO_ANSWER,
        "",
        latency,
        Duration.ZERO);
  }

  /**
   * @param code the error code that EC2 has for an ENI it does not know
   */
  public static ApiCallMade outOfSync(String code) {
    return new ApiCallMade(
        Service.SYNC, "IMDSMetaDataOutOfSync", Outcome.REFUSED, code, Duration.ZERO, Duration.ZERO);
  }
}

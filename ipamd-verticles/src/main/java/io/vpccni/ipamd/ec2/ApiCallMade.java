package io.vpccni.ipamd.ec2;

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
    Service service, String api, String code, Duration latency, Duration limiterWait)
    implements BusMessage {
  public static final Topic<ApiCallMade> TOPIC = new Topic<>("api.call");

  /** Who was asked. */
  public enum Service {
    EC2,
    IMDS
  }
}

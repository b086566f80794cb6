package io.vpccni.metricshelper.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.metricshelper.cloudwatch.MetricSink.Refused;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;

class SdkMetricSinkTest {
  @Test
  void aRequestThatIsTooLargeIsNotRepeatedAsItIs() {
    assertThat(SdkMetricSink.sorted(answer(413, "RequestTooLarge"))).isInstanceOf(Refused.class);
  }

  @Test
  void aBadValueIsRefusedForGoodAndAThrottledRequestIsNot() {
    assertThat(SdkMetricSink.sorted(answer(400, "InvalidParameterValue")))
        .isInstanceOf(Refused.class);
    assertThat(SdkMetricSink.sorted(answer(400, "Throttling"))).isNotInstanceOf(Refused.class);
  }

  private static Throwable answer(int status, String code) {
    return CloudWatchException.builder()
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
        .build();
  }
}

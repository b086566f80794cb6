package io.vpccni.ipamd.ec2.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.ec2.api.RecordingListener;
import io.vpccni.ipamd.retry.VertxScheduler;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.rpc.time.ElapsedClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkGlobalTime;

/** A node whose clock is wrong: EC2 refuses what is signed with such a time. */
@ExtendWith(VertxExtension.class)
class ClockSkewTest {
  private static final Duration OFF = Duration.ofHours(2);
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);

  private final RecordingListener heard = new RecordingListener();
  private final AtomicInteger requests = new AtomicInteger();
  private SdkSession sdk;

  @BeforeEach
  void open(Vertx vertx) {
    sdk = new SdkSession(vertx);
  }

  @AfterEach
  void close() {
    SdkGlobalTime.setGlobalTimeOffset(0); // the SDK corrects the time of the whole process
    sdk.close();
  }

  private void answer(HttpServerRequest request, String code, int status) {
    requests.incrementAndGet();
    var now = Instant.now().plus(OFF);
    var signed = Instant.from(AMZ_DATE.parse(request.getHeader("X-Amz-Date")));
    var response =
        request
            .response()
            .putHeader("Content-Type", "text/xml")
            .putHeader(
                "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
    if (Duration.between(signed, now).abs().compareTo(Duration.ofMinutes(5)) > 0) {
      response
          .setStatusCode(status)
          .end(
              "<Response><Errors><Error><Code>"
                  + code
                  + "</Code>"
                  + "<Message>look at the clock</Message></Error></Errors>"
                  + "<RequestID>r</RequestID></Response>");
    } else {
      response.end(SdkSession.EMPTY);
    }
  }

  /** EC2 does not always name the clock: a wrong date may look like a wrong key to it. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "RequestExpired, 400",
    "RequestInTheFuture, 400",
    "RequestTimeTooSkewed, 403",
    "AuthFailure, 401",
    "SignatureDoesNotMatch, 403"
  })
  void whatEc2RefusesForTheClockIsSentAgainWithItsTimeAndAConditionSaysSo(String code, int status) {
    sdk.credentials();
    int port = sdk.server(request -> answer(request, code, status));
    var settings = SdkSession.settings(Optional.of(URI.create("http://127.0.0.1:" + port)));
    var caller =
        new Ec2Caller(
            new VertxScheduler(sdk.vertx, ElapsedClock.system()),
            new SplittableRandom(1),
            Duration.ofSeconds(30),
            heard);
    try (var open = SdkClients.ec2(settings, "eu-west-1", InstantSource.system())) {
      var ec2 = open.api(sdk.vertx, sdk.vertx.getOrCreateContext(), caller);
      assertThat(Waiting.done(ec2.subnets("vpc-1", "eu-west-1a"))).isEmpty();
      assertThat(requests.get()).isEqualTo(2);
      assertThat(Waiting.done(ec2.subnets("vpc-1", "eu-west-1a"))).isEmpty();
      assertThat(requests.get()).as("the correction is kept").isEqualTo(3);
    }
    assertThat(heard.conditions)
        .filteredOn(change -> change.name().equals("ClockSkewed"))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.raised()).isTrue();
              assertThat(change.detail()).contains("2 h behind");
            });
    assertThat(heard.conditions).noneMatch(change -> change.name().equals("NoPermission"));
  }
}

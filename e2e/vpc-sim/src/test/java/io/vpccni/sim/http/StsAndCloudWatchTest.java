package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.cloudwatch.Datum;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.sts.StsAsyncClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityResponse;
import software.amazon.awssdk.services.sts.model.ExpiredTokenException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StsAndCloudWatchTest {
  private final RunningSim sim = new RunningSim(CloudSettings.prompt());
  private final StsAsyncClient sts =
      StsAsyncClient.builder()
          .endpointOverride(sim.sim.endpoints().sts())
          .region(Region.US_WEST_2)
          .credentialsProvider(AnonymousCredentialsProvider.create())
          .build();
  private final CloudWatchAsyncClient cloudWatch =
      CloudWatchAsyncClient.builder()
          .endpointOverride(sim.sim.endpoints().cloudWatch())
          .region(Region.US_WEST_2)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIATEST", "secret")))
          .build();

  @AfterAll
  void close() {
    sts.close();
    cloudWatch.close();
    sim.close();
  }

  @Test
  void aWebIdentityBecomesARole() {
    var assumed = assume(token(Instant.now().plusSeconds(600)));
    assertThat(assumed.credentials().accessKeyId()).startsWith("ASIA");
    assertThat(assumed.credentials().expiration()).isAfter(Instant.now());
    assertThat(assumed.assumedRoleUser().arn())
        .isEqualTo("arn:aws:sts::123456789012:assumed-role/cni/node-1");
  }

  @Test
  void anExpiredWebIdentityIsRefused() {
    assertThatThrownBy(() -> assume(token(Instant.now().minusSeconds(1))))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ExpiredTokenException.class);
  }

  private AssumeRoleWithWebIdentityResponse assume(String token) {
    return sts.assumeRoleWithWebIdentity(
            r ->
                r.roleArn("arn:aws:iam::123456789012:role/cni")
                    .roleSessionName("node-1")
                    .webIdentityToken(token))
        .join();
  }

  private static String token(Instant expires) {
    var claims = "{\"sub\":\"aws-node\",\"exp\":%d}".formatted(expires.getEpochSecond());
    var encoder = Base64.getUrlEncoder().withoutPadding();
    return "e30." + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
  }

  @Test
  void awsOwnClientPutsMetricsAndCompressesManyOfThem() {
    cloudWatch
        .putMetricData(
            r ->
                r.namespace("Sdk")
                    .metricData(
                        datum("assigned", 3.5),
                        MetricDatum.builder()
                            .metricName("spread")
                            .values(1.0, 2.0)
                            .counts(4.0, 5.0)
                            .build()))
        .join();
    cloudWatch
        .putMetricData(
            r ->
                r.namespace("SdkLarge")
                    .metricData(IntStream.range(0, 400).mapToObj(i -> datum("m" + i, i)).toList()))
        .join();
    var few = arrived("Sdk");
    assertThat(few).extracting(Datum::name).containsExactly("assigned", "spread");
    assertThat(few.getFirst().values()).containsExactly(3.5);
    assertThat(few.getFirst().unit()).isEqualTo("Count");
    assertThat(few.getFirst().protocol()).isEqualTo("cbor");
    assertThat(few.getFirst().dimensions()).isEqualTo(Map.of("CLUSTER_ID", "k8s-cluster"));
    assertThat(few.getLast().counts()).containsExactly(4.0, 5.0);
    assertThat(arrived("SdkLarge")).hasSize(400).allMatch(Datum::compressed);
  }

  private static MetricDatum datum(String name, double value) {
    return MetricDatum.builder()
        .metricName(name)
        .value(value)
        .unit("Count")
        .timestamp(Instant.now())
        .dimensions(Dimension.builder().name("CLUSTER_ID").value("k8s-cluster").build())
        .build();
  }

  @Test
  void theJsonAndTheQueryProtocolSayTheSame() throws Exception {
    var json =
        """
        {"Namespace":"Json","MetricData":[{"MetricName":"assigned","Value":2,"Unit":"Count",
         "Dimensions":[{"Name":"CLUSTER_ID","Value":"c"}]}]}""";
    assertThat(
            post(
                json.getBytes(StandardCharsets.UTF_8),
                "application/x-amz-json-1.0",
                "X-Amz-Target",
                "GraniteServiceVersion20100801.PutMetricData"))
        .isEqualTo(200);
    var query =
        "Action=PutMetricData&Version=2010-08-01&Namespace=Query"
            + "&MetricData.member.1.MetricName=assigned&MetricData.member.1.Value=2"
            + "&MetricData.member.1.Unit=Count"
            + "&MetricData.member.1.Dimensions.member.1.Name=CLUSTER_ID"
            + "&MetricData.member.1.Dimensions.member.1.Value=c";
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(query.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(
            post(
                zipped.toByteArray(),
                "application/x-www-form-urlencoded",
                "Content-Encoding",
                "gzip"))
        .isEqualTo(200);
    for (var namespace : List.of("Json", "Query")) {
      var datum = arrived(namespace).getFirst();
      assertThat(datum.values()).containsExactly(2.0);
      assertThat(datum.dimensions()).isEqualTo(Map.of("CLUSTER_ID", "c"));
      assertThat(datum.unit()).isEqualTo("Count");
    }
    assertThat(sim.admin("GET", "/admin/metrics", "")).contains("\"Json\"", "\"Query\"");
  }

  @Test
  void aCallWithoutNamespaceIsRefused() throws Exception {
    assertThat(
            post(
                "{}".getBytes(StandardCharsets.UTF_8),
                "application/x-amz-json-1.0",
                "X-Amz-Target",
                "GraniteServiceVersion20100801.PutMetricData"))
        .isEqualTo(400);
  }

  private int post(byte[] body, String type, String header, String value) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(sim.sim.endpoints().cloudWatch())
                  .header("Content-Type", type)
                  .header(header, value)
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                  .build(),
              BodyHandlers.ofString())
          .statusCode();
    }
  }

  private List<Datum> arrived(String namespace) {
    return sim.sim.servers().metrics().arrived().stream()
        .filter(datum -> datum.namespace().equals(namespace))
        .toList();
  }
}

package io.vpccni.sim.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.sim.imds.Credentials;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.ec2.Ec2AsyncClient;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.sts.StsAsyncClient;

/** Who may call EC2, as AWS's own client and raw requests find it. */
class SignaturesTest {
  private final AwsScene aws = new AwsScene();
  private final RunningSim sim = aws.sim;

  @AfterEach
  void close() {
    aws.close();
  }

  private void call(AwsCredentials credentials, Region region) {
    try (var ec2 =
        Ec2AsyncClient.builder()
            .endpointOverride(sim.sim.endpoints().ec2())
            .region(region)
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .overrideConfiguration(c -> c.retryStrategy(DefaultRetryStrategy.doNotRetry()))
            .build()) {
      ec2.describeVpcs().join();
    }
  }

  private void passes(AwsCredentials credentials) {
    call(credentials, Region.US_WEST_2);
  }

  private void refused(String code, int status, AwsCredentials credentials, Region region) {
    assertThatThrownBy(() -> call(credentials, region))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            Ec2Exception.class,
            error -> {
              assertThat(error.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(error.statusCode()).isEqualTo(status);
            });
  }

  private void refused(String code, int status, AwsCredentials credentials) {
    refused(code, status, credentials, Region.US_WEST_2);
  }

  @Test
  void anybodyMayCallWhileNoCredentialsAreConfiguredButForThisRegion() {
    passes(AwsBasicCredentials.create("AKIAANYONE", "whatever"));
    refused(
        "AuthFailure", 401, AwsBasicCredentials.create("AKIAANYONE", "whatever"), Region.EU_WEST_1);
  }

  @Test
  void onlyTheConfiguredMayCallWithTheirSecret() {
    sim.sim.servers().keys().only(Map.of("AKIAMINE", "mine"));
    passes(AwsBasicCredentials.create("AKIAMINE", "mine"));
    refused("SignatureDoesNotMatch", 403, AwsBasicCredentials.create("AKIAMINE", "other"));
    refused("AuthFailure", 401, AwsBasicCredentials.create("AKIAANYONE", "whatever"));
  }

  @Test
  void theCredentialsOfAnInstancesRoleAreVerified() {
    var role = new Credentials(aws.instance("m5.large").instanceId(), Instant.now());
    passes(AwsSessionCredentials.create(role.accessKeyId(), role.secret(), role.token()));
    refused(
        "SignatureDoesNotMatch",
        403,
        AwsSessionCredentials.create(role.accessKeyId(), "guessed", role.token()));
    refused("AuthFailure", 401, AwsBasicCredentials.create(role.accessKeyId(), role.secret()));
  }

  @Test
  void whatStsGaveOutIsVerified() {
    try (var sts =
        StsAsyncClient.builder()
            .endpointOverride(sim.sim.endpoints().sts())
            .region(Region.US_WEST_2)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build()) {
      var given =
          sts.assumeRoleWithWebIdentity(
                  r ->
                      r.roleArn("arn:aws:iam::123456789012:role/cni")
                          .roleSessionName("node")
                          .webIdentityToken("jwt"))
              .join()
              .credentials();
      passes(
          AwsSessionCredentials.create(
              given.accessKeyId(), given.secretAccessKey(), given.sessionToken()));
      refused(
          "SignatureDoesNotMatch",
          403,
          AwsSessionCredentials.create(given.accessKeyId(), "guessed", given.sessionToken()));
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MissingParameter    |
          IncompleteSignature | Basic dXNlcjpwYXNz
          IncompleteSignature | AWS4-HMAC-SHA256 Credential=AKIA/DATE/us-west-2/ec2/aws4_request, Signature=00
          IncompleteSignature | AWS4-HMAC-SHA256 Credential=AKIA/DATE/us-west-2/ec2/aws4_request, SignedHeaders=host, Signature=ZEROS
          AuthFailure         | AWS4-HMAC-SHA256 Credential=AKIA/DATE/us-west-2/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature=ZEROS
          AuthFailure         | AWS4-HMAC-SHA256 Credential=AKIA/20200101/us-west-2/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=ZEROS
          AuthFailure         | EARLY AWS4-HMAC-SHA256 Credential=AKIA/DATE/us-west-2/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=ZEROS
          RequestExpired      | OLD AWS4-HMAC-SHA256 Credential=AKIA/DATE/us-west-2/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=ZEROS
          """)
  void whatIsNoSignatureIsRefused(String code, String header) throws Exception {
    var text = header == null ? "" : header;
    int minutes = text.startsWith("OLD ") ? -10 : text.startsWith("EARLY ") ? 10 : 0;
    var time = Instant.now().plus(Duration.ofMinutes(minutes));
    var answer = SignedForms.send(sim, "Action=DescribeVpcs", header, time);
    assertThat(answer.body()).contains("<Code>" + code + "</Code>");
  }

  @Test
  void theSameHeaderIsTakenWhereItIsWhole() throws Exception {
    assertThat(SignedForms.send(sim, "Action=DescribeVpcs").statusCode()).isEqualTo(200);
  }
}

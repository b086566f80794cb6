package io.vpccni.rpc.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final String SECRET = "s3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3cr3tS3c1";
  private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2lnbmF0dXJl";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a header contains a prohibited character: Bearer %s\n",
        "Authorization: Bearer %s",
        "{\"authorization\":\"Bearer %s\"}",
        "Proxy-Authorization: Basic %s",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260101, Signature=%s",
        "GET https://ec2/?Action=X&X-Amz-Security-Token=%s&Version=1",
        "X-Amz-Signature=%s",
        "X-aws-ec2-metadata-token: %s",
        "{\"AccessKeyId\" : \"ASIA\", \"SecretAccessKey\" : \"%s\", \"Token\" : \"%<s\"}",
        "AWS_SECRET_ACCESS_KEY=%s",
        "aws_session_token = %s",
        "https://admin:%s@10.0.0.1:6443/api",
        "client-key-data: %s",
        "-----BEGIN RSA PRIVATE KEY-----\n%s\n-----END RSA PRIVATE KEY-----",
        "token=%s"
      })
  void aSecretIsHiddenWhereverItStands(String text) {
    assertThat(Redaction.of(text.formatted(SECRET))).doesNotContain(SECRET).contains("[redacted]");
  }

  @Test
  void aTokenIsKnownByItsFormAlone() {
    assertThat(Redaction.of("what came was " + JWT + ", refused"))
        .isEqualTo("what came was [redacted], refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Pod added pod=default/web-0 container=0123456789abcdef0123456789abcdef ip=10.0.0.10",
        "IMDS refused the token for meta-data/mac",
        "UnauthorizedOperation: You are not authorized to perform this operation.",
        "dial tcp 10.0.0.1:443: connection refused",
        "https://10.0.0.1:6443/api/v1/nodes?watch=true",
        "nothing is free: assigned 2, free 0, cooling 3"
      })
  void otherTextStaysAsItIs(String text) {
    assertThat(Redaction.of(text)).isEqualTo(text);
    assertThat(Redaction.of(Redaction.of(text))).isEqualTo(text);
  }

  @Test
  void neitherTheMessageNorTheStackOfALogLineShowsASecret() {
    LogLineFormatter.toStderr(Level.INFO);
    try {
      var line = new LogRecord(Level.WARNING, "refused: Bearer " + SECRET);
      line.setThrown(new IllegalStateException("at Authorization: Bearer " + SECRET));
      var printed = Logger.getLogger("").getHandlers()[0].getFormatter().format(line);
      assertThat(printed).doesNotContain(SECRET).contains("refused: Bearer [redacted]");
    } finally {
      LogManager.getLogManager().reset();
    }
  }
}

package io.vpccni.ipamd.ec2.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.ipamd.ec2.Ec2Settings.Transport;
import io.vpccni.ipamd.retry.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** These tests show where requests go. */
class SessionTest extends OpenSession {
  @Test
  void theEndpointSettingWinsAndTheUserAgentNamesUs() throws Exception {
    sdk.credentials();
    sdk.call(SdkSession.settings(Optional.of(sdk.ec2())), "eu-west-1");
    var request = sdk.seen();
    assertThat(request.get("agent")).contains("amazon-vpc-cni-k8s/v9.9");
    assertThat(request.get("auth")).contains("Credential=AKIASTATIC/").contains("/eu-west-1/ec2/");
  }

  @Test
  void theSdksOwnEndpointVariableIsHonouredToo() throws Exception {
    sdk.credentials();
    sdk.property("aws.endpointUrlEc2", sdk.ec2().toString());
    sdk.call(SdkSession.settings(Optional.empty()), "eu-west-1");
    assertThat(sdk.seen().get("auth")).contains("AKIASTATIC");
  }

  /** Seen by a proxy, so nothing leaves this machine. */
  @ParameterizedTest(name = "region {0}, fips {1}, dual-stack {2} → {3}")
  @CsvSource({
    "eu-west-1, false, false, ec2.eu-west-1.amazonaws.com",
    "cn-north-1, false, false, ec2.cn-north-1.amazonaws.com.cn",
    "us-east-1, true, false, ec2-fips.us-east-1.amazonaws.com",
    "us-east-1, false, true, ec2.us-east-1.api.aws",
  })
  void theRegionsEndpointIsReachedThroughTheProxy(
      String region, String fips, String dualStack, String host) throws Exception {
    sdk.credentials();
    sdk.property("aws.useFipsEndpoint", fips);
    sdk.property("aws.useDualstackEndpoint", dualStack);
    var lines = new LinkedBlockingQueue<String>();
    var proxy =
        Waiting.done(
            sdk.vertx
                .createNetServer()
                .connectHandler(
                    socket ->
                        socket.handler(
                            data -> {
                              lines.add(data.toString());
                              var unused = socket.end();
                            }))
                .listen(0, "127.0.0.1"));
    assertThatThrownBy(
            () ->
                sdk.call(
                    SdkSession.settings(
                        Optional.empty(),
                        new Transport(
                            Optional.empty(), "http://127.0.0.1:" + proxy.actualPort(), "", "")),
                    region))
        .isInstanceOf(CompletionException.class);
    assertThat(lines.poll(5, TimeUnit.SECONDS)).startsWith("CONNECT " + host + ":443 ");
  }

  @Test
  void whatNoProxyNamesIsReachedDirectly() throws Exception {
    sdk.credentials();
    var nobody = "http://127.0.0.1:1";
    var around = new Transport(Optional.empty(), "", nobody, "127.0.0.1");
    sdk.call(SdkSession.settings(Optional.of(sdk.ec2()), around), "eu-west-1");
    assertThat(sdk.seen().get("auth")).contains("AKIASTATIC");
    assertThatThrownBy(
            () ->
                sdk.call(
                    SdkSession.settings(
                        Optional.of(sdk.ec2()), new Transport(Optional.empty(), "", nobody, "")),
                    "eu-west-1"))
        .isInstanceOf(CompletionException.class);
  }

  @Test
  void aCaBundleThatCannotBeUsedIsRefusedByName() throws IOException {
    sdk.credentials();
    var empty = Files.writeString(folder.resolve("ca.pem"), "");
    for (var bundle : List.of(folder.resolve("missing.pem"), empty)) {
      assertThatThrownBy(
              () ->
                  sdk.call(
                      SdkSession.settings(
                          Optional.of(sdk.ec2()), new Transport(Optional.of(bundle), "", "", "")),
                      "eu-west-1"))
          .hasMessageContaining("AWS_CA_BUNDLE");
    }
  }
}

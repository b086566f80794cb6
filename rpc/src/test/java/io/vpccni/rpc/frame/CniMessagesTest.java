package io.vpccni.rpc.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CniMessagesTest {
  private static final String WIRE = "aws-cni\0CNI_ARGS=A=1;B=\0CNI_COMMAND=ADD\0\0{\"x\":\"\0\"}";

  @Test
  void aRequestIsReadAsTheExecutableWritesIt() {
    var request = CniRequest.decode(WIRE.getBytes(UTF_8));

    assertThat(request.program()).isEqualTo("aws-cni");
    assertThat(request.env()).isEqualTo(Map.of("CNI_COMMAND", "ADD", "CNI_ARGS", "A=1;B="));
    assertThat(new String(request.stdin(), UTF_8)).isEqualTo("{\"x\":\"\0\"}");
    assertThat(request.encode()).isEqualTo(WIRE.getBytes(UTF_8));
  }

  @Test
  void aRequestSaysWhenTheExecutableBegan() {
    assertThat(began("0000005025000000123")).hasValue(5_025_000_000_123L);
    assertThat(CniRequest.decode(WIRE.getBytes(UTF_8)).began()).isEmpty();
    assertThat(began("")).isEmpty();
    assertThat(began("-1")).isEmpty();
    assertThat(began("9999999999999999999")).isEmpty();
  }

  private static OptionalLong began(String text) {
    return CniRequest.decode(("aws-cni\0VCNI_BEGAN=" + text + "\0\0").getBytes(UTF_8)).began();
  }

  @Test
  void aRequestNeedsNeitherVariablesNorStdin() {
    assertThat(CniRequest.decode("aws-cni\0\0".getBytes(UTF_8)))
        .isEqualTo(new CniRequest("aws-cni", Map.of(), new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "aws-cni",
        "aws-cni\0",
        "\0\0",
        "aws-cni\0CNI_COMMAND=ADD\0",
        "aws-cni\0CNI_COMMAND=ADD",
        "aws-cni\0CNI_COMMAND\0\0",
        "aws-cni\0=ADD\0\0",
        "aws-cni\0A=1\0A=2\0\0"
      })
  void aRequestWithAMissingPartIsMalformed(String body) {
    assertThatExceptionOfType(MalformedFrame.class)
        .isThrownBy(() -> CniRequest.decode(body.getBytes(UTF_8)));
  }

  @Test
  void whatARequestLeaksIntoALogIsItsNameOnly() {
    assertThat(CniRequest.decode(WIRE.getBytes(UTF_8))).hasToString("CniRequest[aws-cni ADD]");
  }

  @Test
  void anAnswerKeepsItsExitCodeAndItsBytes() {
    var stdout = new byte[70_000];
    new Random(7).nextBytes(stdout);

    for (int code : new int[] {0, 1, 11, 127, 128, 255}) {
      assertThat(CniAnswer.decode(new CniAnswer(code, stdout).encode()))
          .isEqualTo(new CniAnswer(code, stdout));
    }
    assertThat(CniAnswer.of(0, "ok").encode()).isEqualTo(new byte[] {0, 'o', 'k'});
  }

  @Test
  void anAnswerWithoutAnExitCodeIsMalformed() {
    assertThatExceptionOfType(MalformedFrame.class).isThrownBy(() -> CniAnswer.decode(new byte[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> CniAnswer.of(256, ""));
  }
}

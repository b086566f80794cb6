package io.vpccni.rpc.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FrameParserTest {
  @ParameterizedTest
  @EnumSource
  void framesSurviveASplitAtEveryByte(Framing framing) {
    var stream = stream(framing, "one", "", "three");

    for (int split = 0; split <= stream.length; split++) {
      var parser = new FrameParser(framing);
      var bodies = new ArrayList<>(parser.feed(Arrays.copyOfRange(stream, 0, split)));
      bodies.addAll(parser.feed(Arrays.copyOfRange(stream, split, stream.length)));

      assertThat(texts(bodies)).as("split at %d", split).isEqualTo(List.of("one", "", "three"));
      assertThat(texts(parser.feed(stream(framing, "next"))))
          .as("no frame has begun after a split at %d", split)
          .containsExactly("next");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLongestBodyPassesInManyPieces(Framing framing) {
    var body = new byte[framing.maxBody()];
    new Random(1).nextBytes(body);
    var stream = framing.frame(body);
    var parser = new FrameParser(framing);
    var bodies = new ArrayList<byte[]>();

    for (int at = 0; at < stream.length; at += 65_536) {
      bodies.addAll(
          parser.feed(Arrays.copyOfRange(stream, at, Math.min(at + 65_536, stream.length))));
    }

    assertThat(bodies).hasSize(1);
    assertThat(bodies.getFirst()).isEqualTo(body);
  }

  @ParameterizedTest
  @EnumSource
  void aBodyThatIsTooLongIsRefusedByItsHeaderAlone(Framing framing) {
    var header = Arrays.copyOf(framing.frame(new byte[0]), framing.headerSize());
    for (long length : new long[] {framing.maxBody() + 1L, Integer.MAX_VALUE, 0xffff_ffffL}) {
      for (int shift = 0; shift < 4; shift++) {
        header[header.length - 1 - shift] = (byte) (length >>> (8 * shift));
      }

      assertThatExceptionOfType(MalformedFrame.class)
          .as("length %d", length)
          .isThrownBy(() -> new FrameParser(framing).feed(header))
          .withMessageContaining(length + " bytes");
    }
    assertThatExceptionOfType(MalformedFrame.class)
        .isThrownBy(() -> framing.frame(new byte[framing.maxBody() + 1]));
  }

  @Test
  void theFirstWrongByteIsEnough() {
    for (var garbage : List.of("GET / HTTP/1.1", "X", "VCNX", "VCNI\2")) {
      assertThatExceptionOfType(MalformedFrame.class)
          .as(garbage)
          .isThrownBy(() -> new FrameParser(Framing.CNI).feed(garbage.getBytes(UTF_8)));
    }
  }

  @Test
  void randomBytesGiveFramesOrARefusalAndNothingElse() {
    for (long seed = 0; seed < 2000; seed++) {
      var random = new Random(seed);
      var framing = random.nextBoolean() ? Framing.CNI : Framing.ENVELOPE;
      var bytes =
          random.nextBoolean() ? new byte[random.nextInt(64)] : stream(framing, "abc", "defg");
      if (bytes.length > 0) {
        for (int i = random.nextInt(4); i >= 0; i--)
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        for (var body : new FrameParser(framing).feed(bytes))
          assertThat(body.length).isLessThanOrEqualTo(bytes.length);
      } catch (MalformedFrame refused) {
        assertThat(refused).as("seed %d", seed).hasMessageContaining("frame");
      }
    }
  }

  private static byte[] stream(Framing framing, String... bodies) {
    var out = new ByteArrayOutputStream();
    for (var body : bodies) out.writeBytes(framing.frame(body.getBytes(UTF_8)));
    return out.toByteArray();
  }

  private static List<String> texts(List<byte[]> bodies) {
    return bodies.stream().map(body -> new String(body, UTF_8)).toList();
  }
}

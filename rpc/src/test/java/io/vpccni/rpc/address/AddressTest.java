package io.vpccni.rpc.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest(name = "{0} is written {1}")
  @CsvSource(
      textBlock =
          """
          10.0.1.7,                                10.0.1.7
          255.255.255.255,                         255.255.255.255
          2001:DB8:0:0:0:0:0:0,                    2001:db8::
          2001:db8::1:0:0:1,                       2001:db8::1:0:0:1
          2001:0:0:1:0:0:0:1,                      2001:0:0:1::1
          1:0:2:3:4:5:6:7,                         1:0:2:3:4:5:6:7
          ::,                                      ::
          ::1,                                     ::1
          fe80::,                                  fe80::
          ::ffff:10.0.0.1,                         ::ffff:a00:1
          64:ff9b::192.0.2.33,                     64:ff9b::c000:221
          ::10.0.0.1,                              ::a00:1
          1:2:3:4:5:6:1.2.3.4,                     1:2:3:4:5:6:102:304
          ::1:2:3:4:5:6:7,                         0:1:2:3:4:5:6:7
          """)
  void anAddressIsWrittenInItsCanonicalText(String text, String canonical) {
    assertThat(Ip.parse(text)).hasToString(canonical);
    assertThat(Ip.parse(canonical)).isEqualTo(Ip.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "1.2.3.4 ",
        "1..2.3",
        "a.b.c.d",
        ".1.2.3",
        "1.2.3.",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        ":::",
        "1::2::3",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "[::1]",
        "10.0.0.1%eth0",
        "::ffff:01.2.3.4",
        "::1.2.3.4:5",
        "1:2:3:4::5:6:7:8",
        "1:2:3:4:5:6:7::8",
        "::1.2.3",
        "1.2.3.4::",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:"
      })
  void whatIsNoAddressIsRefusedWithItsText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ip.parse(text))
        .withMessageContaining("not an IP address");
  }

  @Test
  void everyAddressReadsBackFromItsTextAndItsBytes() throws Exception {
    var random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      // Few distinct groups, so that runs of zeros occur.
      var ip = i % 2 == 0 ? Ip.v4(random.nextInt()) : Ip.v6(sparse(random), sparse(random));
      assertThat(Ip.parse(ip.toString())).isEqualTo(ip);
      assertThat(Ip.of(ip.bytes())).isEqualTo(ip);
      assertThat(InetAddress.getByName(ip.toString())).isEqualTo(ip.toInetAddress());
    }
  }

  private static long sparse(Random random) {
    long bits = 0;
    for (int group = 0; group < 4; group++) {
      bits = bits << 16 | (random.nextInt(3) == 0 ? random.nextInt(0x10000) : 0);
    }
    return bits;
  }

  @Test
  void countingUpCarriesIntoTheHigherBits() {
    assertThat(Ip.parse("10.0.0.255").plus(1)).hasToString("10.0.1.0");
    assertThat(Ip.parse("2001:db8::ffff:ffff:ffff:ffff").plus(1)).hasToString("2001:db8:0:1::");
  }

  @ParameterizedTest(name = "{0} is {1} with {2} addresses")
  @CsvSource({
    "10.0.0.77/28, 10.0.0.64/28, 16",
    "10.0.0.1/32, 10.0.0.1/32, 1",
    "0.0.0.0/0, 0.0.0.0/0, 4294967296",
    "2001:db8::ab/80, 2001:db8::/80, 281474976710656",
    "2001:db8::ab/128, 2001:db8::ab/128, 1",
    "2001:db8:0:0:8000::/65, 2001:db8:0:0:8000::/65, 9223372036854775807",
    "::/0, ::/0, 9223372036854775807"
  })
  void aCidrIsCanonical(String text, String canonical, long size) {
    assertThat(Cidr.parse(text)).hasToString(canonical);
    assertThat(Cidr.parse(text).size()).isEqualTo(size);
  }

  @ParameterizedTest(name = "{0} contains {1}: {2}")
  @CsvSource({
    "10.0.0.0/28, 10.0.0.15, true",
    "10.0.0.0/28, 10.0.0.16, false",
    "10.0.0.0/8, ::a00:1, false",
    "2001:db8::/80, 2001:db8::ffff:1, true",
    "2001:db8::/80, 2001:db8::1:0:0:1, false",
    "2001:db8::/64, 2001:db8:0:1::, false",
    "0.0.0.0/0, 255.1.2.3, true"
  })
  void aCidrContainsItsAddresses(String cidr, String ip, boolean inside) {
    assertThat(Cidr.parse(cidr).contains(Ip.parse(ip))).isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "::/129",
        "/8",
        "10.0.0.0/8/8",
        "10.0.0.0/+8"
      })
  void whatIsNoCidrIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text));
  }
}

package io.vpccni.ipamd.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedTest {
  @Test
  void aValueThatIsQuotedShowsNoPassword() {
    var refused =
        new Refused(
            List.of("HTTPS_PROXY \"http://me:s3cr3t-s3cr3t@proxy:x\" has no port", "other"));
    assertThat(refused.reasons())
        .containsExactly("HTTPS_PROXY \"http://me:[redacted]@proxy:x\" has no port", "other");
    assertThat(refused).hasMessageNotContaining("s3cr3t");
  }
}

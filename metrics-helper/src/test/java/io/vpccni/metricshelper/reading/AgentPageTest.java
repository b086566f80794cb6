package io.vpccni.metricshelper.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentPageTest {
  @Test
  void theSeriesOfAFamilyAreAdded() throws MalformedPage {
    var reading =
        read(
            """
            # HELP awscni_add_ip_req_count The number of add IP address requests
            # TYPE awscni_add_ip_req_count counter
            awscni_add_ip_req_count 7
            # TYPE awscni_assigned_ip_per_cidr gauge
            awscni_assigned_ip_per_cidr{cidr="10.0.0.0/28"} 3
            awscni_assigned_ip_per_cidr{cidr="10.0.0.16/28"} 4

            go_goroutines 44
            process_start_time_seconds 1.7e+09
            """);
    assertThat(reading.value(Metric.ADD_REQUESTS)).hasValue(7);
    assertThat(reading.value(Metric.ASSIGNED_PER_CIDR)).hasValue(7);
    assertThat(reading.value(Metric.DEL_REQUESTS)).as("there is no such family").isEmpty();
    assertThat(reading.processStart()).hasValue(1.7e9);
  }

  @Test
  void ofALatencyTheLargestNinetyNinthPercentileCounts() throws MalformedPage {
    var reading =
        read(
            """
            awscni_aws_api_latency_ms{api="A",error="false",status="200",quantile="0.5"} 900
            awscni_aws_api_latency_ms{api="A",error="false",status="200",quantile="0.99"} 80
            awscni_aws_api_latency_ms{quantile="0.99",api="B",error="true",status=""} 120
            awscni_aws_api_latency_ms{api="C",error="true",status="",quantile="0.99"} NaN
            awscni_aws_api_latency_ms_sum{api="A",error="false",status="200"} 1000
            awscni_aws_api_latency_ms_sum{api="B",error="true",status=""} 500
            awscni_aws_api_latency_ms_count{api="A",error="false",status="200"} 10
            awscni_aws_api_latency_ms_count{api="B",error="true",status=""} 5
            """);
    assertThat(reading.value(Metric.AWS_LATENCY)).hasValue(120);
    assertThat(reading.latencySum()).isEqualTo(1500);
    assertThat(reading.latencyCount()).isEqualTo(15);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          a label with a brace and a comma    | awscni_eni_max{a="x},y{",b="z"} 3                 | 3
          a label with a quotation mark       | awscni_eni_max{a="say \\"no\\" 9"} 3              | 3
          a label that ends with a backslash  | awscni_eni_max{a="c:\\\\"} 3                      | 3
          blanks around everything            | '  awscni_eni_max  { a = "b" , }   3  '           | 3
          no labels in braces                 | awscni_eni_max{} 3                                | 3
          a time behind the value             | awscni_eni_max 3 1700000000000                    | 3
          a value with an exponent            | awscni_eni_max 1.5e+01                            | 15
          """)
  void whatTheFormatAllowsIsRead(String why, String line, double value) throws MalformedPage {
    assertThat(read(line).value(Metric.MOST_ENIS)).hasValue(value);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no page at all          | ''                                 | no metric
          another program's page  | http_requests_total 3              | no metric
          an error page           | <html>no such thing</html>         | no metric
          a word for a number     | awscni_eni_max three               | line 1 has "three" instead of a number
          no number               | awscni_eni_max                     | instead of a number
          an open label           | awscni_eni_max{a="b                | without an end
          a label without value   | awscni_eni_max{a} 3                | label without a value
          two labels run together | awscni_eni_max{a="b"c="d"} 3       | no comma
          a page that was cut off | awscni_eni_max{a                   | label without a value
          """)
  void whatIsNoPageOfAnAgentIsRefused(String why, String page, String message) {
    assertThatThrownBy(() -> read(page))
        .isInstanceOf(MalformedPage.class)
        .hasMessageContaining(message);
  }

  /** The sum with the others would be too large for CloudWatch, or not a number any more. */
  @Test
  void aValueThatNoAgentCanHaveDoesNotCount() throws MalformedPage {
    var reading = read("awscni_eni_max 3\nawscni_ip_max 1e300\nawscni_eni_allocated -1e300\n");
    assertThat(reading.value(Metric.MOST_ENIS)).hasValue(3);
    assertThat(reading.value(Metric.MOST_ADDRESSES)).isEmpty();
    assertThat(reading.value(Metric.ENIS)).isEmpty();
  }

  @Test
  void linesOfOthersMayBeAnything() throws MalformedPage {
    assertThat(read("what is {this?\nawscni_eni_max 2\n} 5").value(Metric.MOST_ENIS)).hasValue(2);
  }

  @Test
  void noTwoMetricsShareAName() {
    assertThat(Metric.values()).extracting(Metric::source).doesNotHaveDuplicates().hasSize(20);
    assertThat(Metric.values()).extracting(Metric::cloudWatchName).doesNotHaveDuplicates();
  }

  private static PodReading read(String page) throws MalformedPage {
    return AgentPage.read(page.getBytes(StandardCharsets.UTF_8));
  }
}

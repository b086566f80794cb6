package io.vpccni.metricshelper.reading;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads a page in Prometheus's text format 0.0.4. Only lines that count are taken apart, because a
 * large cluster's pages are hundreds of megabytes a minute.
 */
public final class AgentPage {
  private static final byte[] OURS = "awscni_".getBytes(StandardCharsets.US_ASCII);
  private static final String PROCESS_START = "process_start_time_seconds";
  private static final byte[] PROCESS = PROCESS_START.getBytes(StandardCharsets.US_ASCII);

  /** No agent counts this far, and the sum of all agents must be a value that can be sent on. */
  private static final double LARGEST = 1e90;

  private static final String QUANTILE = "0.99";
  private static final Map<String, Sample> SAMPLES = samples();

  /** Says what a sample line is, by its name. */
  private sealed interface Sample {
    record Of(Metric metric) implements Sample {}

    record LatencyQuantile() implements Sample {}

    record LatencySum() implements Sample {}

    record LatencyCount() implements Sample {}

    record ProcessStart() implements Sample {}
  }

  private final byte[] page;
  private final PodReading.Builder reading = new PodReading.Builder();
  private int at;

  /** This is the value of the label {@code quantile} in the line that is being read. */
  private String quantile = "";

  private AgentPage(byte[] page) {
    this.page = page;
  }

  private static Map<String, Sample> samples() {
    var all = new HashMap<String, Sample>();
    for (var metric : Metric.values()) {
      switch (metric.kind()) {
        case GAUGE, COUNTER -> all.put(metric.source(), new Sample.Of(metric));
        case LATENCY -> {
          all.put(metric.source(), new Sample.LatencyQuantile());
          all.put(metric.source() + "_sum", new Sample.LatencySum());
          all.put(metric.source() + "_count", new Sample.LatencyCount());
        }
      }
    }
    all.put(PROCESS_START, new Sample.ProcessStart());
    return Map.copyOf(all);
  }

  /**
   * Reads a whole page.
   *
   * @throws MalformedPage if a line that counts cannot be read, or if there is none
   */
  public static PodReading read(byte[] page) throws MalformedPage {
    return new AgentPage(page).all();
  }

  private PodReading all() throws MalformedPage {
    while (at < page.length) {
      line();
      skipLine();
    }
    if (reading.isEmpty()) {
      throw new MalformedPage("the page has no metric of a node agent");
    }
    return reading.build();
  }

  private void skipLine() {
    while (at < page.length && page[at] != '\n') at++;
    at++;
  }

  private void line() throws MalformedPage {
    skipBlanks();
    if (!startsWith(OURS) && !startsWith(PROCESS)) return;
    int start = at;
    while (at < page.length && isNamePart(page[at])) at++;
    var sample = SAMPLES.get(text(start, at));
    if (sample == null) return;
    quantile = "";
    skipBlanks();
    if (next('{')) labels();
    take(sample, number());
  }

  private void take(Sample sample, double value) {
    // A metric without a value yet is not a number. It, or a value that is far too large, would
    // make the whole total useless.
    if (!(Math.abs(value) <= LARGEST)) return;
    switch (sample) {
      case Sample.Of(var metric) -> reading.add(metric, value);
      case Sample.LatencyQuantile() -> {
        if (quantile.equals(QUANTILE)) reading.quantile(value);
      }
      case Sample.LatencySum() -> reading.latencySum(value);
      case Sample.LatencyCount() -> reading.latencyCount(value);
      case Sample.ProcessStart() -> reading.processStart(value);
    }
  }

  private void labels() throws MalformedPage {
    while (true) {
      skipBlanks();
      if (next('}')) return;
      int start = at;
      while (at < page.length && isNamePart(page[at])) at++;
      var name = text(start, at);
      skipBlanks();
      if (name.isEmpty() || !next('=')) throw malformed("a label without a value");
      skipBlanks();
      if (!next('"')) throw malformed("a label's value without a quotation mark");
      var value = quoted();
      if (name.equals("quantile")) quantile = value;
      skipBlanks();
      if (!next(',') && (at >= page.length || page[at] != '}')) {
        throw malformed("no comma between two labels");
      }
    }
  }

  /** Returns the text up to the closing quotation mark. A backslash escapes what follows it. */
  private String quoted() throws MalformedPage {
    int start = at;
    while (at < page.length && page[at] != '"' && page[at] != '\n') {
      at += page[at] == '\\' ? 2 : 1;
    }
    var value = text(start, Math.min(at, page.length));
    if (!next('"')) throw malformed("a label's value without an end");
    return value;
  }

  /** Reads the value; a time may follow it, which does not count. */
  private double number() throws MalformedPage {
    skipBlanks();
    int start = at;
    while (at < page.length && page[at] > ' ') at++;
    var word = text(start, at);
    try {
      return switch (word) {
        case "NaN" -> Double.NaN;
        case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
        case "-Inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(word);
      };
    } catch (NumberFormatException wrong) {
      throw malformed("\"" + word + "\" instead of a number");
    }
  }

  private void skipBlanks() {
    while (at < page.length && (page[at] == ' ' || page[at] == '\t')) at++;
  }

  private boolean next(char expected) {
    if (at >= page.length || page[at] != expected) return false;
    at++;
    return true;
  }

  private boolean startsWith(byte[] prefix) {
    return at + prefix.length <= page.length
        && Arrays.equals(page, at, at + prefix.length, prefix, 0, prefix.length);
  }

  private String text(int from, int to) {
    return new String(page, from, to - from, StandardCharsets.UTF_8);
  }

  private static boolean isNamePart(byte c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == ':';
  }

  private MalformedPage malformed(String what) {
    int line = 1;
    for (int i = 0; i < Math.min(at, page.length); i++) {
      if (page[i] == '\n') line++;
    }
    return new MalformedPage("line " + line + " has " + what);
  }
}

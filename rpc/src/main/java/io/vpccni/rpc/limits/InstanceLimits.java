package io.vpccni.rpc.limits;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Holds the network limits of an EC2 instance type.
 *
 * @param eniLimit how many ENIs the default card (card 0) takes, the primary one included; for a
 *     type with several cards EC2's own figure is the sum over {@code cardLimits} instead
 * @param ipv4Limit how many IPv4 addresses an ENI can hold, its primary address included
 * @param cardLimits how many ENIs each network card takes, from card 0 on; never empty
 */
public record InstanceLimits(
    int eniLimit,
    int ipv4Limit,
    Hypervisor hypervisor,
    boolean bareMetal,
    List<Integer> cardLimits) {

  /** The hypervisor decides whether a type supports prefixes. */
  public enum Hypervisor {
    NITRO,
    XEN,
    UNKNOWN
  }

  private static final String RESOURCE = "instance-limits.txt";

  public InstanceLimits {
    cardLimits = List.copyOf(cardLimits);
  }

  /** Returns whether prefixes (/28 or /80) can be assigned to the ENIs of this type. */
  public boolean supportsPrefixes() {
    return bareMetal || hypervisor == Hypervisor.NITRO;
  }

  /**
   * Returns the limits of a type such as {@code m5.large}, or empty for a type that is newer than
   * the table.
   */
  public static Optional<InstanceLimits> of(String type) {
    // Scanned, not kept: a node asks once for its own type, and a map of all would stay in memory
    // for ever.
    var prefix = type + " ";
    return read(lines -> lines.filter(line -> line.startsWith(prefix)).findFirst())
        .map(InstanceLimits::parse);
  }

  /** Returns the names of all types in the table, sorted. */
  public static List<String> types() {
    return read(lines -> lines.map(line -> line.substring(0, line.indexOf(' '))).toList());
  }

  private static InstanceLimits parse(String line) {
    var words = line.split(" ", -1);
    var cards = Arrays.stream(words[4].split(",", -1)).map(Integer::valueOf).toList();
    return new InstanceLimits(
        cards.getFirst(),
        Integer.parseInt(words[1]),
        switch (words[2]) {
          case "nitro" -> Hypervisor.NITRO;
          case "xen" -> Hypervisor.XEN;
          default -> Hypervisor.UNKNOWN;
        },
        words[3].equals("metal"),
        cards);
  }

  private static <T> T read(Function<Stream<String>, T> question) {
    try (var in =
            Objects.requireNonNull(InstanceLimits.class.getResourceAsStream(RESOURCE), RESOURCE);
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      return question.apply(lines.lines().filter(line -> !line.startsWith("#")));
    } catch (IOException broken) {
      throw new UncheckedIOException("cannot read " + RESOURCE + " in the rpc library", broken);
    }
  }
}

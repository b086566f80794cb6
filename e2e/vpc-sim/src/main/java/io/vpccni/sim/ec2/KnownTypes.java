package io.vpccni.sim.ec2;

import io.vpccni.rpc.limits.InstanceLimits;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Holds the instance types of the table that the node agent also ships, and those that a scene
 * adds.
 */
public final class KnownTypes implements InstanceTypes {
  private final Map<String, InstanceType> extra;
  private final Map<String, Optional<InstanceType>> looked = new ConcurrentHashMap<>();

  public KnownTypes() {
    this(List.of());
  }

  /**
   * @param extra are types that the table does not have, or that differ from it
   */
  public KnownTypes(List<InstanceType> extra) {
    this.extra = new ConcurrentHashMap<>();
    extra.forEach(type -> this.extra.put(type.name(), type));
  }

  @Override
  public Optional<InstanceType> find(String name) {
    var own = extra.get(name);
    return own != null ? Optional.of(own) : looked.computeIfAbsent(name, KnownTypes::read);
  }

  private static Optional<InstanceType> read(String name) {
    return InstanceLimits.of(name)
        .map(
            limits ->
                new InstanceType(
                    name,
                    limits.ipv4Limit(),
                    limits.cardLimits(),
                    limits.hypervisor().name().toLowerCase(Locale.ROOT),
                    limits.bareMetal()));
  }

  @Override
  public List<String> names() {
    return Stream.concat(InstanceLimits.types().stream(), extra.keySet().stream())
        .distinct()
        .toList();
  }
}

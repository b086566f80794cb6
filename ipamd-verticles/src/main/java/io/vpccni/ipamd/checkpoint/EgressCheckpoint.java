package io.vpccni.ipamd.checkpoint;

import io.vpccni.ipamd.checkpoint.EgressFiles.Owner;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Keeps host-local's files beside another checkpoint. The checkpoint decides: the files are written
 * after it, and read for pods of whose egress address it knows nothing, those that the reference
 * wired. Trouble with the files is reported and stops nothing.
 */
public final class EgressCheckpoint implements Checkpoint {
  private final Checkpoint inner;
  private final EgressFiles files;
  private final Consumer<Optional<String>> trouble;

  /**
   * Has the owners of addresses that no entry explains while entries are missing, because their
   * pods may live.
   */
  private final Map<Ip, Owner> unexplained = new TreeMap<>();

  private Optional<String> told = Optional.empty();

  /**
   * @param trouble told why the files cannot be read or written, and that it is over
   */
  public EgressCheckpoint(Checkpoint inner, EgressFiles files, Consumer<Optional<String>> trouble) {
    this.inner = inner;
    this.files = files;
    this.trouble = trouble;
  }

  @Override
  public Loaded load() throws IOException {
    var loaded = inner.load();
    Map<Ip, Owner> found;
    try {
      found = files.read();
    } catch (IOException unreadable) {
      tell(Optional.of(unreadable.toString()));
      return loaded;
    }
    var durable = loaded.durable();
    boolean complete = loaded.unreadable().isEmpty() && !durable.equals(Durable.NOTHING);
    if (!complete) unexplained.putAll(found);
    var holdings =
        durable.holdings().stream()
            .map(holding -> holding.egress().isPresent() ? holding : with(holding, found))
            .toList();
    return new Loaded(
        new Durable(holdings, durable.agent()), loaded.unreadable(), loaded.givenHere());
  }

  @Override
  public Path setAside(String instance) throws IOException {
    return inner.setAside(instance);
  }

  private static Holding with(Holding holding, Map<Ip, Owner> found) {
    var owner = owner(holding);
    var own =
        found.entrySet().stream()
            .filter(entry -> entry.getValue().is(owner))
            .map(Map.Entry::getKey)
            .findFirst();
    return new Holding(
        holding.attachment(),
        holding.pod(),
        holding.wiring(),
        holding.addresses(),
        own,
        holding.assignedAt());
  }

  @Override
  public void save(Durable durable) throws IOException {
    inner.save(durable);
    var desired = new TreeMap<Ip, Owner>();
    for (var holding : durable.holdings()) {
      holding.egress().ifPresent(ip -> desired.put(ip, owner(holding)));
    }
    // The pool gives no address that a link still uses: the one of before has gone.
    unexplained.keySet().removeAll(desired.keySet());
    desired.putAll(unexplained);
    try {
      files.write(desired);
      tell(Optional.empty());
    } catch (IOException unwritable) {
      tell(Optional.of(unwritable.toString()));
    }
  }

  private void tell(Optional<String> why) {
    if (!why.equals(told)) trouble.accept(why);
    told = why;
  }

  private static Owner owner(Holding holding) {
    return new Owner(holding.attachment().containerId(), holding.attachment().ifName());
  }
}

package io.vpccni.ipamd.pool.state;

import io.vpccni.ipamd.pod.Attachment;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * This part knows what net-programmer says of the links on this node.
 *
 * @param connected net-programmer answers
 * @param veths its last list of host veths; absent until the first one
 * @param missingSince holdings without a veth, and since when
 * @param detaching holdings whose pod is gone and whose rules and routes are being removed
 * @param pendingDeletions host veths whose deletion was promised and is still to be done
 * @param addressChanges how often the host's own addresses were said to have changed
 */
public record Links(
    boolean connected,
    Optional<VethView> veths,
    PMap<Attachment, Instant> missingSince,
    PSet<Attachment> detaching,
    PSet<String> pendingDeletions,
    AddressChanges addressChanges) {
  static final Links UNKNOWN =
      new Links(
          false,
          Optional.empty(),
          TreePMap.empty(),
          HashTreePSet.empty(),
          TreePSet.empty(),
          AddressChanges.NONE);

  public Links connect() {
    return new Links(true, veths, missingSince, detaching, pendingDeletions, addressChanges);
  }

  public Links lose() {
    return new Links(false, veths, missingSince, detaching, pendingDeletions, addressChanges);
  }

  public Links listed(VethView list) {
    return new Links(
        connected, Optional.of(list), missingSince, detaching, pendingDeletions, addressChanges);
  }

  public Links missing(Attachment holder, Instant since) {
    return new Links(
        connected,
        veths,
        missingSince.plus(holder, since),
        detaching,
        pendingDeletions,
        addressChanges);
  }

  /**
   * Takes note that the veth of this attachment is there, or that nothing is held under it any
   * longer.
   */
  public Links present(Attachment holder) {
    return new Links(
        connected, veths, missingSince.minus(holder), detaching, pendingDeletions, addressChanges);
  }

  public Links detach(Attachment holder) {
    return new Links(
        connected, veths, missingSince, detaching.plus(holder), pendingDeletions, addressChanges);
  }

  public Links endDetach(Attachment holder) {
    return new Links(
        connected, veths, missingSince, detaching.minus(holder), pendingDeletions, addressChanges);
  }

  public Links promise(String veth) {
    return new Links(
        connected, veths, missingSince, detaching, pendingDeletions.plus(veth), addressChanges);
  }

  public Links deleted(String veth) {
    return new Links(
        connected, veths, missingSince, detaching, pendingDeletions.minus(veth), addressChanges);
  }

  /** Notes that the last list may not show the host's own addresses as they are now. */
  public Links addressesChanged(Instant at) {
    var listed = veths.map(VethView::askedAt).orElse(Instant.EPOCH);
    return new Links(
        connected,
        veths,
        missingSince,
        detaching,
        pendingDeletions,
        addressChanges.and(at, listed));
  }

  /** Takes back a promise that another instance has made. */
  public Links disown(Set<String> veths) {
    return new Links(
        connected,
        this.veths,
        missingSince,
        detaching,
        pendingDeletions.minusAll(veths),
        addressChanges);
  }

  /** Takes over the deletions that the previous process had promised. */
  public Links promised(Set<String> veths) {
    return new Links(
        connected, this.veths, missingSince, detaching, TreePSet.from(veths), addressChanges);
  }
}

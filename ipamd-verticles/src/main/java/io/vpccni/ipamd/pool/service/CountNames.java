package io.vpccni.ipamd.pool.service;

import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.pool.PoolCount;

/** Knows the names on the page of what the pool counts. */
final class CountNames {
  private CountNames() {}

  static Counted of(PoolCount what, long times) {
    return switch (what) {
      case ENI_FOUND -> new Counted(Counter.RECONCILED, "eniReconcileAdd", times);
      case ENI_LOST -> new Counted(Counter.RECONCILED, "eniReconcileDel", times);
      case CIDR_LOST -> new Counted(Counter.RECONCILED, "eniIPPoolReconcileDel", times);
      case CIDR_SEEN -> new Counted(Counter.RECONCILED, "eniDataStorePoolReconcileAdd", times);
      case LIST_FAILED -> new Counted(Counter.ERRORS, "reconcileFailedGetENIs", times);
      case ASSIGN_FAILED ->
          new Counted(Counter.ERRORS, "increaseIPPoolAllocIPAddressesFailed", times);
      case CREATE_FAILED -> new Counted(Counter.ERRORS, "increaseIPPoolAllocENI", times);
      case UNASSIGN_FAILED -> new Counted(Counter.ERRORS, "decreaseIPPool", times);
      case FREE_FAILED -> new Counted(Counter.ERRORS, "decreaseIPPoolFreeENIFailed", times);
      case CIDR_RECLAIMED -> new Counted(Counter.RECLAIMS, "cidr", times);
      case ENI_RECLAIMED -> new Counted(Counter.RECLAIMS, "eni", times);
      case ENI_TAKEN -> new Counted(Counter.FORCE_REMOVED_ENIS, "", times);
      case ADDRESS_TAKEN -> new Counted(Counter.FORCE_REMOVED_IPS, "", times);
      case LINK_MISSING -> new Counted(Counter.ERRORS, "waitENIAttachedMaxRetryExceeded", times);
    };
  }
}

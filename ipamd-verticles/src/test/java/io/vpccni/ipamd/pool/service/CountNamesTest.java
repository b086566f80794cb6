package io.vpccni.ipamd.pool.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.metrics.AgentMetrics;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountNamesTest {
  @ParameterizedTest
  @CsvSource({
    "ENI_FOUND, awscni_reconcile_count, eniReconcileAdd",
    "ENI_LOST, awscni_reconcile_count, eniReconcileDel",
    "CIDR_LOST, awscni_reconcile_count, eniIPPoolReconcileDel",
    "CIDR_SEEN, awscni_reconcile_count, eniDataStorePoolReconcileAdd",
    "LIST_FAILED, awscni_ipamd_error_count, reconcileFailedGetENIs",
    "ASSIGN_FAILED, awscni_ipamd_error_count, increaseIPPoolAllocIPAddressesFailed",
    "CREATE_FAILED, awscni_ipamd_error_count, increaseIPPoolAllocENI",
    "UNASSIGN_FAILED, awscni_ipamd_error_count, decreaseIPPool",
    "FREE_FAILED, awscni_ipamd_error_count, decreaseIPPoolFreeENIFailed",
    "LINK_MISSING, awscni_ipamd_error_count, waitENIAttachedMaxRetryExceeded",
  })
  void whatIsCountedIsExposedUnderTheReferencesName(PoolCount what, String metric, String fn) {
    var metrics = new AgentMetrics("1");
    metrics.count(CountNames.of(what, 3));
    metrics.count(CountNames.of(what, 1));
    assertThat(text(metrics))
        .contains("# TYPE " + metric + " counter\n")
        .contains(metric + "{fn=\"" + fn + "\"} 4\n");
  }

  @ParameterizedTest
  @CsvSource({
    "CIDR_RECLAIMED, awscni_reclaims_total{kind=\"cidr\"}",
    "ENI_RECLAIMED, awscni_reclaims_total{kind=\"eni\"}",
    "ENI_TAKEN, awscni_force_removed_enis",
    "ADDRESS_TAKEN, awscni_force_removed_ips",
  })
  void whatComesAndGoesIsCounted(PoolCount what, String series) {
    var metrics = new AgentMetrics("1");
    metrics.count(CountNames.of(what, 3));
    assertThat(text(metrics)).contains("\n" + series + " 3\n");
  }

  /** As with the reference, a labelled family is absent until its first sample. */
  @Test
  void nothingIsThereBeforeItHappened() {
    assertThat(text(new AgentMetrics("1")))
        .doesNotContain("awscni_reconcile_count", "awscni_ipamd_error_count");
  }

  private static String text(AgentMetrics metrics) {
    return metrics.text(PoolViews.of(PoolState.initial(DefaultSettings.pool())));
  }
}

package io.vpccni.metricshelper.leader;

import io.reactivex.rxjava3.core.Flowable;

/** Tells whether this replica is the one that polls the agents. */
public interface Leadership {
  /** This is the leadership of a program that has no other replicas. */
  Leadership ALONE =
      new Leadership() {
        @Override
        public boolean leads() {
          return true;
        }

        @Override
        public boolean isDecided() {
          return true;
        }

        @Override
        public Flowable<Boolean> changes() {
          return Flowable.never();
        }
      };

  /** Tells whether this replica leads at this moment, also right after the process was paused. */
  boolean leads();

  /** Tells whether it is known which replica leads; false if nobody could be asked. */
  boolean isDecided();

  /** Emits true when this replica becomes the leader, and false when it no longer is. */
  Flowable<Boolean> changes();
}

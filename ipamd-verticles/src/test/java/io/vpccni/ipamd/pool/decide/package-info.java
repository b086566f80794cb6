@NullMarked
package io.vpccni.ipamd.pool.decide;

import org.jspecify.annotations.NullMarked;

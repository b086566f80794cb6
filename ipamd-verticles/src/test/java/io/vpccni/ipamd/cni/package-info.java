@NullMarked
package io.vpccni.ipamd.cni;

import org.jspecify.annotations.NullMarked;

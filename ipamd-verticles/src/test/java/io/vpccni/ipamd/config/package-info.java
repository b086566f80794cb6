@NullMarked
package io.vpccni.ipamd.config;

import org.jspecify.annotations.NullMarked;

package io.tallygate.peer.events;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.EnableKafkaRetryTopic;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * Spring for Apache Kafka: a listener with topics for retries, a thread for each partition. Arguments: those of {@link
 * Asked}, and how many threads.
 */
final class SpringListener {

    private SpringListener() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Asked asked = Asked.of(arguments);
        var sums = new Sums(asked);
        try (var context = new AnnotationConfigApplicationContext()) {
            context.registerBean(Asked.class, () -> asked);
            context.registerBean(Sums.class, () -> sums);
            context.getEnvironment().getSystemProperties().put("topic", asked.topic());
            context.getEnvironment().getSystemProperties().put("threads", arguments[Asked.ARGUMENTS]);
            context.register(Wiring.class, Listener.class);
            context.refresh();
            new CountDownLatch(1).await();
        }
    }

    /** What Spring Boot would wire, by its defaults. */
    @Configuration(proxyBeanMethods = false)
    @EnableKafkaRetryTopic
    static class Wiring {

        @Bean
        ConcurrentKafkaListenerContainerFactory<String, byte[]> kafkaListenerContainerFactory(Asked asked) {
            var factory = new ConcurrentKafkaListenerContainerFactory<String, byte[]>();
            factory.setConsumerFactory(new DefaultKafkaConsumerFactory<>(asked.consumerConfig()));
            return factory;
        }

        @Bean
        KafkaTemplate<String, byte[]> defaultRetryTopicKafkaTemplate(Asked asked) {
            return new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(
                    Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, asked.servers()), new StringSerializer(),
                    new ByteArraySerializer()));
        }

        @Bean
        KafkaAdmin kafkaAdmin(Asked asked) {
            return new KafkaAdmin(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, asked.servers()));
        }

        @Bean
        TaskScheduler taskScheduler() {
            return new ThreadPoolTaskScheduler();
        }
    }

    /** Tries as often and as late as ours. */
    static class Listener {

        private final Sums sums;

        Listener(Sums sums) {
            this.sums = sums;
        }

        @RetryableTopic(attempts = "4", backOff = @BackOff(delay = 100, multiplier = 2))
        @KafkaListener(topics = "${topic}", groupId = "#{asked.group()}", concurrency = "${threads}")
        void handle(byte[] json) {
            sums.handle(json);
        }
    }
}

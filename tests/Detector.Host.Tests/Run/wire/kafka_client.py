"""A Kafka client that is no kin of the worker's: kafka-python speaks the protocol by itself, without librdkafka.

    kafka_client.py write BROKER TOPIC < messages.json     sends to partition 0, in order
    kafka_client.py committed BROKER TOPIC GROUP           prints the offset that the group has committed there, or None

Messages are a JSON list of {"value", "key", "headers": [[name, value]], "codec"}; a value or key may be null.
"""

import itertools
import json
import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

# Asked for its version the stand-in answers, and kafka-python 2.0.2 takes it for 2.4. But that answer has to come within two
# seconds, which a busy machine may not keep, and what is guessed otherwise may know no headers. So it is said.
API_VERSION = (2, 4, 0)
PATIENCE_SECONDS = 60


def bytes_of(text):
    return None if text is None else text.encode("utf-8")


def write(broker, topic):
    for codec, messages in itertools.groupby(json.load(sys.stdin), key=lambda message: message["codec"]):
        producer = KafkaProducer(
            bootstrap_servers=broker,
            api_version=API_VERSION,
            acks="all",
            retries=0,
            compression_type=None if codec == "none" else codec,
        )
        sent = [
            producer.send(
                topic,
                partition=0,
                value=bytes_of(message["value"]),
                key=bytes_of(message["key"]),
                headers=[(name, bytes_of(value)) for name, value in message["headers"]],
            )
            for message in messages
        ]
        producer.flush(PATIENCE_SECONDS)
        for future in sent:
            future.get(PATIENCE_SECONDS)
        rate = producer.metrics()["producer-metrics"]["compression-rate-avg"]
        producer.close()
        if (codec == "none") != (rate >= 1):
            sys.exit(f"{codec}: was sent at {rate} of its size")


def committed(broker, topic, group):
    consumer = KafkaConsumer(bootstrap_servers=broker, api_version=API_VERSION, group_id=group, enable_auto_commit=False)
    print(consumer.committed(TopicPartition(topic, 0)))
    consumer.close()


if __name__ == "__main__":
    {"write": write, "committed": committed}[sys.argv[1]](*sys.argv[2:])

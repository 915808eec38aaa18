// A counter as most teams would write it in Go: Gin in front, Redis behind, one INCRBY a request, by either of the two
// clients that such teams choose: go-redis, which takes a connection from a pool for each command, or rueidis, which
// pipelines the commands of concurrent requests by itself.
// It answers the same increment request with the same JSON as Tallygate, so that one load script drives both.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"
)

type increment struct {
	ResourceID  string `json:"resource_id" binding:"required,max=256"`
	CounterType string `json:"counter_type" binding:"required,max=256"`
	Delta       *int64 `json:"delta"`
}

type counter struct {
	ResourceID  string `json:"resource_id"`
	CounterType string `json:"counter_type"`
	Value       int64  `json:"value"`
}

// incrBy adds to a key and answers the value after it.
type incrBy func(ctx context.Context, key string, delta int64) (int64, error)

// byGoRedis has the library's own pool size, ten connections a core, when poolSize is 0.
func byGoRedis(address string, poolSize int) incrBy {
	client := redis.NewClient(&redis.Options{Addr: address, PoolSize: poolSize})
	return func(ctx context.Context, key string, delta int64) (int64, error) {
		return client.IncrBy(ctx, key, delta).Result()
	}
}

func byRueidis(address string) incrBy {
	client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{address}})
	if err != nil {
		log.Fatal(err)
	}
	return func(ctx context.Context, key string, delta int64) (int64, error) {
		return client.Do(ctx, client.B().Incrby().Key(key).Increment(delta).Build()).AsInt64()
	}
}

func main() {
	listen := flag.String("listen", "127.0.0.1:8090", "address to listen on")
	redisAddress := flag.String("redis", "127.0.0.1:6379", "address of Redis")
	clientName := flag.String("client", "go-redis", "go-redis or rueidis")
	poolSize := flag.Int("pool-size", 0, "connections of go-redis at most; 0 is its default")
	flag.Parse()

	var add incrBy
	switch *clientName {
	case "go-redis":
		add = byGoRedis(*redisAddress, *poolSize)
	case "rueidis":
		add = byRueidis(*redisAddress)
	default:
		log.Fatalf("--client %s: must be go-redis or rueidis", *clientName)
	}
	gin.SetMode(gin.ReleaseMode)
	server := gin.New() // neither logger nor recovery: less work a request than gin.Default()
	server.POST("/api/v1/counter/increment", func(c *gin.Context) {
		var asked increment
		if err := c.ShouldBindJSON(&asked); err != nil {
			c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
			return
		}
		delta := int64(1)
		if asked.Delta != nil {
			delta = *asked.Delta
		}
		value, err := add(c.Request.Context(), asked.CounterType+":"+asked.ResourceID, delta)
		if err != nil {
			c.JSON(http.StatusServiceUnavailable, gin.H{"error": err.Error()})
			return
		}
		c.JSON(http.StatusOK, counter{asked.ResourceID, asked.CounterType, value})
	})
	log.Fatal(server.Run(*listen))
}
